/** The migration for a wiki or a pull request. */
import { plainMarkdown as plain } from '../../base/markdown-text.ts';
import { problemLine } from '../../base/problem.ts';
import type { JudgedSetting, Migration } from '../migration.ts';
import type { Step } from '../steps.ts';
import type { Way } from '../ways.ts';
import { acknowledgeText, countsText, OUTCOME_WORD, titleText, VERDICT_WORD } from './words.ts';

const SIGN = { pass: '✅', fail: '❌', unknown: '❔' } as const;
const OUTCOME_SIGN = { kept: '✅', changed: '⚠️', unknown: '❔', unavailable: '⛔' } as const;

export function migrationMarkdown(migration: Migration): string {
  const { settings, refusals, steps, verdict } = migration;
  const told = settings.filter(({ outcome }) => outcome !== 'kept');
  const sections = [
    [`## ${SIGN[verdict]} ${VERDICT_WORD[verdict]}: ${plain(titleText(migration))}`],
    [`${plain(countsText(migration))}.`],
    refusals.map((problem) => `- ⛔ ${plain(problemLine(problem))}`),
    settings.length === 0
      ? []
      : ['| setting | before | after | what becomes of it |', '|---|---|---|---|', ...settings.map(row)],
    told.map(sentence),
    ...steps.before.map((step) => section('###', step)),
    steps.ways.length === 0 ? [] : ['### Choose a way for the data'],
    ...steps.ways.map((way) => section('####', way)),
    ...steps.after.map((step) => section('###', step)),
    acknowledgeText(migration) === '' ? [] : [plain(acknowledgeText(migration))],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function row(setting: JudgedSetting): string {
  const word = `${OUTCOME_SIGN[setting.outcome]} ${OUTCOME_WORD[setting.outcome]}${setting.acknowledged ? ' (acknowledged)' : ''}`;
  return `| ${[setting.setting, setting.before, setting.after].map(plain).join(' | ')} | ${word} |`;
}

function sentence({ setting, outcome, message, action, code, source }: JudgedSetting): string {
  const todo = action === undefined ? '' : ` ${plain(action)}`;
  return `- ${OUTCOME_SIGN[outcome]} **${plain(setting)}**: ${plain(message)}${todo} (${plain(code)}, [source](${source}))`;
}

function section(heading: string, step: Step | Way): string[] {
  const source = 'source' in step ? ` ([source](${step.source}))` : '';
  // Each stays one line: only a line of its own could end the fence.
  const lines = step.commands.map((command) => command.replace(/[\p{Cc}\u2028\u2029]+/gu, ' '));
  const commands = step.commands.length === 0 ? [] : ['', '````sh', ...lines, '````'];
  return [`${heading} ${plain(step.title)}`, '', `${plain(step.message)}${source}`, ...commands];
}
