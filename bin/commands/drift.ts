import { Command, Option } from 'commander';
import type { FormName } from '../../lib/report/forms.ts';
import type { Perform } from '../context.ts';
import { type ControlPlaneValues, controlPlaneOptions } from '../control-planes.ts';
import { formatOption, reportFileOption, type WantedFile } from '../form-options.ts';

export interface DriftValues extends ControlPlaneValues {
  readonly profile?: string;
  readonly format: FormName;
  readonly report: readonly WantedFile[];
}

const AFTER_HELP = `
Reads only. Without --profile the servers themselves are not asked, and what only they know is unknown.

  redoubt drift elasticache --aws shop --region eu-west-1 --profile production.json
  redoubt drift ./my-deployment.ts --azure /subscriptions/.../redisEnterprise/shop`;

export function driftCommand(perform: Perform): Command {
  const command = new Command('drift')
    .description('compare a deployment as it was declared with what the cloud says exists, field by field')
    .argument('<deployment>', 'name of a deployment, or path of its file');
  for (const option of controlPlaneOptions()) command.addOption(option);
  return command
    .addOption(new Option('--profile <path>', 'connection profile: the servers are asked as well, and compared'))
    .addOption(formatOption())
    .addOption(reportFileOption())
    .addHelpText('after', AFTER_HELP)
    .action((deployment: string, values: DriftValues) =>
      perform(async (context) => (await import('../drift-action.ts')).driftAction(deployment, values, context)),
    );
}
