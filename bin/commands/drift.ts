import { Command, Option } from 'commander';
import type { FormName } from '../../lib/report/forms.ts';
import type { Perform } from '../context.ts';
import { type ControlPlaneValues, controlPlaneOptions } from '../control-planes.ts';
import { formatOption, reportFileOption, type WantedFile } from '../form-options.ts';

export interface DriftValues extends ControlPlaneValues {
  readonly profile?: string;
  readonly fromPulumi?: string;
  readonly cwd?: string;
  readonly output?: string;
  readonly outputsFile?: string;
  readonly format: FormName;
  readonly report: readonly WantedFile[];
}

const AFTER_HELP = `
Reads only. Without --profile the servers themselves are not asked, and what
only they know is unknown; the deployment's secret is not needed then, only the
login of the cloud.

  redoubt drift elasticache --aws shop --region eu-west-1 --profile production.json
  redoubt drift ./my-deployment.ts --azure /subscriptions/.../redisEnterprise/shop
  redoubt drift ./my-deployment.ts --from-pulumi acme/sessions/prod    also users, key at rest, public access`;

export function driftCommand(perform: Perform): Command {
  const command = new Command('drift')
    .description('compare a deployment as it was declared with what the cloud says exists, field by field')
    .argument('<deployment>', 'name of a deployment, or path of its file');
  for (const option of controlPlaneOptions()) command.addOption(option);
  return command
    .addOption(
      new Option(
        '--from-pulumi <stack>',
        'in place of --azure: the database of a Pulumi stack, and what its program gave it beside the topology',
      ).conflicts(['aws', 'azure']),
    )
    .addOption(new Option('--cwd <directory>', 'where the Pulumi project is (default: here)'))
    .addOption(
      new Option(
        '--output <name>',
        'which output of the stack is the `declared` of a ManagedRedis (default: declared)',
      ),
    )
    .addOption(new Option('--outputs-file <path>', 'read the outputs of the stack from a file; Pulumi is not asked'))
    .addOption(
      new Option(
        '--profile <path>',
        'connection profile: logs in to the servers with its secret, and compares them as well',
      ),
    )
    .addOption(formatOption())
    .addOption(reportFileOption())
    .addHelpText('after', AFTER_HELP)
    .action((deployment: string, values: DriftValues) =>
      perform(async (context) => (await import('../drift-action.ts')).driftAction(deployment, values, context)),
    );
}
