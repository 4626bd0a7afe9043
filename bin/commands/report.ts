import { Command, Option } from 'commander';
import type { FormName } from '../../lib/report/forms.ts';
import type { CommandContext, Perform } from '../context.ts';
import { formatOption, reportFileOption, type WantedFile } from '../form-options.ts';
import { LATEST_RUN } from '../options.ts';

interface Values {
  readonly format: FormName;
  readonly report: readonly WantedFile[];
  readonly rejudge?: true;
}

export function reportCommand(perform: Perform): Command {
  return new Command('report')
    .description('show the results of an earlier run again, in any form; ends with their verdict')
    .argument('[run]', 'a report.json, or the directory of a run', LATEST_RUN)
    .addOption(formatOption())
    .addOption(reportFileOption())
    .addOption(new Option('--rejudge', 'judge the saved histories again, with the budgets as they are now'))
    .action((run: string, values: Values) => perform((context) => show(run, values, context)));
}

async function show(path: string, values: Values, context: CommandContext): Promise<number> {
  const { loadRun } = await import('../saved-run.ts');
  const { refuseUnusableReports } = await import('../report-files.ts');
  const { showAndSave } = await import('../results.ts');
  await refuseUnusableReports(values.report);
  const { report, histories, missing } = await loadRun(path, { rejudge: values.rejudge === true });
  for (const sentence of missing) context.progress.line(sentence);
  return showAndSave(report.verdict, values, { report, histories, style: context.style }, context);
}
