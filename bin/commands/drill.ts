import { Command, Option } from 'commander';
import type { FormName } from '../../lib/report/forms.ts';
import type { Perform } from '../context.ts';
import { formatOption, reportFileOption, type WantedFile } from '../form-options.ts';
import { type DrillOptionValues, drillOptions, outputOption } from '../options.ts';
import { baseDirectoryOption, labOption } from '../target-options.ts';

export interface DrillValues extends Partial<DrillOptionValues> {
  readonly lab?: string;
  readonly profile?: string;
  readonly baseDirectory?: string;
  readonly plan?: true;
  readonly output: string;
  readonly format: FormName;
  readonly report: readonly WantedFile[];
}

export function drillCommand(perform: Perform): Command {
  const command = new Command('drill')
    .description(
      'put clients under load, disturb a running lab, and report what each client saw; every fault is healed',
    )
    .addOption(labOption().conflicts('profile'))
    .addOption(new Option('--profile <path>', 'profile of the lab, as redoubt lab up has written it').conflicts('lab'))
    .addOption(new Option('--plan', 'print what would happen, and do nothing'));
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
