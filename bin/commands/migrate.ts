import { Command, InvalidArgumentError, Option } from 'commander';
import type { Perform } from '../context.ts';

export interface MigrateValues {
  readonly from: string;
  readonly name?: string;
  readonly database?: string;
  readonly patchSchedule?: string;
  readonly firewallRules?: string;
  readonly accessPolicies?: readonly string[];
  readonly clusteringPolicy?: 'OSSCluster' | 'EnterpriseCluster' | 'NoCluster';
  readonly performanceTier?: 'Balanced' | 'MemoryOptimized' | 'ComputeOptimized' | 'FlashOptimized';
  readonly peakMemoryGb?: number;
  readonly newName?: string;
  readonly output?: string;
  readonly deployment?: true;
  readonly acknowledge: readonly string[];
  readonly format: 'text' | 'json' | 'markdown';
}

const AFTER_HELP = `
No account is asked: az prints the documents, and the access keys in them are
never looked at.

  az redis show --name shop --resource-group shop --output json > shop.json
  redoubt migrate azure-cache --from shop.json
  redoubt migrate azure-cache --from shop.json --firewall-rules rules.json --output deployments/shop.ts
  az redisenterprise show --cluster-name shop --resource-group shop --output json > shop.json

Ends with 0 when everything is kept or changed as described, 1 when something is
not available or no deployment is possible, 2 when the documents do not say
whether something is used. What is accepted is named:
--acknowledge MIGRATE_FIREWALL_RULES_NOT_AVAILABLE`;

export function migrateCommand(perform: Perform): Command {
  const azureCache = new Command('azure-cache')
    .description(
      'from Azure Cache for Redis, or its Enterprise tiers, to Azure Managed Redis: report, size, deployment, steps',
    )
    .requiredOption(
      '--from <file>',
      'what `az redis show`, `az redisenterprise show` or Resource Manager prints, as JSON',
    )
    .addOption(new Option('--name <cache>', 'which cache, when the file holds several'))
    .addOption(
      new Option('--database <file>', 'what `az redisenterprise database show` prints, when it is not in the first'),
    )
    .addOption(new Option('--patch-schedule <file>', 'the patch schedules, as the report says how to get them'))
    .addOption(new Option('--firewall-rules <file>', 'what `az redis firewall-rules list` prints'))
    .addOption(
      new Option(
        '--access-policies <file...>',
        'what `az redis access-policy-assignment list` and `access-policy list` print',
      ),
    )
    .addOption(
      new Option('--clustering-policy <policy>', 'instead of the one that asks least of the application').choices([
        'OSSCluster',
        'EnterpriseCluster',
        'NoCluster',
      ]),
    )
    .addOption(
      new Option('--performance-tier <tier>', 'instead of the one that Microsoft names for the old size').choices([
        'Balanced',
        'MemoryOptimized',
        'ComputeOptimized',
        'FlashOptimized',
      ]),
    )
    .addOption(
      new Option(
        '--peak-memory-gb <number>',
        'most gigabytes in use in the past month: the smallest SKU that holds them',
      ).argParser(gigabytes),
    )
    .addOption(new Option('--new-name <name>', 'name of the new database (default: the old one)'))
    .addOption(new Option('--output <file>', 'also write the deployment, as a new file such as deployments/shop.ts'))
    .addOption(new Option('--deployment', 'print the deployment instead of the report').conflicts(['output', 'format']))
    .addOption(
      new Option('--acknowledge <code...>', 'accept what is not available or not known, by its code').default(
        [],
        'none',
      ),
    )
    .addOption(
      new Option('--format <form>', 'form of the report').choices(['text', 'json', 'markdown']).default('text'),
    )
    .addHelpText('after', AFTER_HELP)
    .action((values: MigrateValues) =>
      perform(async (context) => (await import('../migrate-action.ts')).migrateAzureCache(values, context)),
    );
  return new Command('migrate').description('plan a migration from an older service').addCommand(azureCache);
}

function gigabytes(text: string): number {
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('It must be a number of gigabytes above 0, such as 9.5.');
}
