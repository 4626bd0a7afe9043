import { Command, Option } from 'commander';
import type { FormName } from '../../lib/report/forms.ts';
import type { Perform } from '../context.ts';
import {
  type ControlPlaneValues,
  controlPlaneOptions,
  engineOptions,
  nodeGroupOption,
  otherRegionOption,
} from '../control-planes.ts';
import { formatOption, reportFileOption, type WantedFile } from '../form-options.ts';
import { type DrillOptionValues, drillOptions, durationMs, outputOption } from '../options.ts';
import { baseDirectoryOption, labOption } from '../target-options.ts';

export interface DrillValues extends Partial<DrillOptionValues>, ControlPlaneValues {
  readonly lab?: string;
  readonly profile?: string;
  readonly baseDirectory?: string;
  readonly plan?: true;
  /** Name of the deployment, typed by a person. */
  readonly iMean?: string;
  /** Length of the window, milliseconds. */
  readonly watchMaintenance?: number;
  readonly quietPasses?: true;
  readonly deployment?: string;
  readonly output: string;
  readonly format: FormName;
  readonly report: readonly WantedFile[];
}

export function drillCommand(perform: Perform): Command {
  const command = new Command('drill')
    .description(
      'put clients under load, disturb a lab or a cloud deployment, and report what each client saw; faults are healed',
    )
    .addOption(labOption().conflicts('profile'))
    .addOption(
      new Option('--profile <path>', 'connection profile of a lab or of a deployment in a cloud').conflicts('lab'),
    )
    .addOption(
      new Option(
        '--plan',
        'print what would happen, and do nothing; where the profile’s secret is not there, the servers are not asked',
      ),
    );
  for (const option of controlPlaneOptions()) command.addOption(option);
  command.addOption(nodeGroupOption());
  for (const option of [...engineOptions(), otherRegionOption()]) command.addOption(option);
  command
    .addOption(
      new Option(
        '--i-mean <name>',
        'say that this is meant, by the deployment’s name: needed for all that is asked of Azure, for what cannot be undone, and in production',
      ),
    )
    .addOption(
      new Option(
        '--watch-maintenance <duration>',
        'disturb nothing: keep the clients working for so long (6h) and report what the provider did',
      )
        .argParser(durationMs(1_000, 86_400_000))
        .conflicts(['scenario', 'aws', 'azure']),
    )
    .addOption(new Option('--quiet-passes', 'with --watch-maintenance: end with 0 when nothing happened in the window'))
    .addOption(
      new Option('--deployment <name>', 'whose budgets apply: a name or a file (default: that of the profile)'),
    );
  for (const option of drillOptions()) command.addOption(option);
  return command
    .addOption(outputOption())
    .addOption(formatOption())
    .addOption(reportFileOption())
    .addOption(baseDirectoryOption())
    .action((values: DrillValues) =>
      perform(async (context) => (await import('../drill-action.ts')).drillAction(values, context)),
    );
}
