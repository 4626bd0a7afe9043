/** Every form a report can take, by name. A new one is a line here; the commands and their help follow. */
import type { DrillHistory } from '../drill/history.ts';
import { htmlReport } from './html.ts';
import { reportJson } from './json.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import type { Report } from './report.ts';
import type { TerminalStyle } from './terminal.ts';
import { textReport } from './text.ts';

export const FORM_NAMES = ['text', 'json', 'junit', 'markdown', 'html'] as const;
export type FormName = (typeof FORM_NAMES)[number];

export interface FormInput {
  readonly report: Report;
  /** Of each drill, in the report's order; undefined where it is not there. */
  readonly histories: readonly (DrillHistory | undefined)[];
  readonly style: TerminalStyle;
}

const FORMS: Record<FormName, (input: FormInput) => string> = {
  text: ({ report, style }) => textReport(report, style),
  json: ({ report }) => reportJson(report),
  junit: ({ report }) => junitReport(report),
  markdown: ({ report }) => markdownReport(report),
  html: ({ report, histories }) => htmlReport(report, histories),
};

export function reportAs(form: FormName, input: FormInput): string {
  return FORMS[form](input);
}
