import { Command } from 'commander';
import type { Perform } from '../context.ts';
import { type DrillOptionValues, drillOptions, outputOption } from '../options.ts';
import { baseDirectoryOption } from '../target-options.ts';

export interface RehearseValues extends Partial<DrillOptionValues> {
  readonly baseDirectory?: string;
  readonly output: string;
}

export function rehearseCommand(perform: Perform): Command {
  const command = new Command('rehearse')
    .description('for each deployment: boot a lab, verify it, drill it, report, stop it; ends in one table over all')
    .argument('<deployments...>', 'names of deployments, or paths of their files');
  for (const option of drillOptions()) command.addOption(option);
  return command
    .addOption(outputOption())
    .addOption(baseDirectoryOption())
    .action((names: string[], values: RehearseValues) =>
      perform(async (context) => (await import('../rehearse-action.ts')).rehearseAction(names, values, context)),
    );
}
