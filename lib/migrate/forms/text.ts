/** The migration for a terminal: what stands in the way first and in full, what is kept in a line each, the steps, the verdict last. */
import { createColors } from 'picocolors';
import { problemLine } from '../../base/problem.ts';
import { safeText, type TerminalStyle, wrap } from '../../base/terminal-text.ts';
import type { JudgedSetting, Migration } from '../migration.ts';
import type { Step } from '../steps.ts';
import type { Way } from '../ways.ts';
import { acknowledgeText, countsText, OUTCOME_WORD, titleText, VERDICT_WORD } from './words.ts';

const INDENT = '    ';
const MARKS = { kept: '+', changed: '!', unknown: '?', unavailable: 'x' } as const;

export function migrationText(migration: Migration, style: TerminalStyle): string {
  const { settings, refusals, steps } = migration;
  const kept = settings.filter(({ outcome }) => outcome === 'kept');
  const sections = [
    wrap(safeText(titleText(migration), style), style.columns).map(createColors(style.colour).bold),
    ...refusals.map((problem) => wrap(safeText(`x ${problemLine(problem)}`, style), style.columns)),
    ...settings.filter(({ outcome }) => outcome !== 'kept').map((setting) => settingLines(setting, style)),
    kept.flatMap((setting) => keptLines(setting, style)),
    ...steps.before.map((step) => stepLines(step, style)),
    steps.ways.length === 0 ? [] : wrap('Choose a way for the data:', style.columns),
    ...steps.ways.map((way) => stepLines(way, style)),
    ...steps.after.map((step) => stepLines(step, style)),
    verdictLines(migration, style),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

function settingLines(setting: JudgedSetting, style: TerminalStyle): string[] {
  const colours = createColors(style.colour);
  const paint = setting.outcome === 'unavailable' ? colours.red : colours.yellow;
  const word = `${paint(OUTCOME_WORD[setting.outcome])}${setting.acknowledged ? ' (acknowledged)' : ''}`;
  const sentence = (text: string) => wrap(safeText(text, style), style.columns, INDENT);
  return [
    `${setting.acknowledged ? '+' : MARKS[setting.outcome]} ${colours.bold(safeText(setting.setting, style))}: ${word}`,
    ...sentence(`${setting.before} -> ${setting.after}`),
    ...sentence(`${setting.message} [${setting.code}]`),
    ...(setting.action === undefined ? [] : sentence(setting.action)),
    ...sentence(`See ${setting.source}`),
  ];
}

function keptLines({ setting, after, message }: JudgedSetting, style: TerminalStyle): string[] {
  return wrap(safeText(`+ ${setting}: ${after}. ${message}`, style), style.columns);
}

/** Commands stay whole, so that they can be copied. */
function stepLines(step: Step | Way, style: TerminalStyle): string[] {
  const source = 'source' in step ? wrap(safeText(`See ${step.source}`, style), style.columns, INDENT) : [];
  return [
    `> ${createColors(style.colour).bold(safeText(step.title, style))}`,
    ...wrap(safeText(step.message, style), style.columns, INDENT),
    ...step.commands.map((command) => `${INDENT}$ ${safeText(command, style)}`),
    ...source,
  ];
}

function verdictLines(migration: Migration, style: TerminalStyle): string[] {
  const colours = createColors(style.colour);
  const colour = { pass: colours.green, fail: colours.red, unknown: colours.yellow }[migration.verdict];
  return [
    `verdict  ${colours.bold(colour(VERDICT_WORD[migration.verdict]))}  ${safeText(countsText(migration), style)}`,
    ...wrap(safeText(acknowledgeText(migration), style), style.columns),
  ];
}
