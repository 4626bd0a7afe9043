import { Command, Option } from 'commander';
import type { FormName } from '../../lib/report/forms.ts';
import type { Perform } from '../context.ts';
import { formatOption, reportFileOption, type WantedFile } from '../form-options.ts';
import { durationMs } from '../options.ts';
import { baseDirectoryOption, type TargetValues, targetOptions } from '../target-options.ts';

export interface VerifyValues extends TargetValues {
  readonly baseDirectory?: string;
  readonly format: FormName;
  readonly report: readonly WantedFile[];
  readonly timeout?: number;
}

export function verifyCommand(perform: Perform): Command {
  const command = new Command('verify')
    .description('check that a deployment is what its profile says; reads only, but for its own short-lived keys')
    .addOption(formatOption())
    .addOption(reportFileOption())
    .addOption(
      new Option('--timeout <duration>', 'how long each question may take (default: 5s)').argParser(
        durationMs(50, 120_000),
      ),
    )
    .addOption(baseDirectoryOption());
  for (const option of targetOptions()) command.addOption(option);
  return command.action((values: VerifyValues) =>
    perform(async (context) => (await import('../verify-action.ts')).verifyAction(values, context)),
  );
}
