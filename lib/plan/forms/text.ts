/** The plan for a terminal: what is dangerous first and in full, what is harmless in a line each, the verdict last. */
import { createColors } from 'picocolors';
import { problemLine } from '../../base/problem.ts';
import { safeText, type TerminalStyle, wrap } from '../../base/terminal-text.ts';
import type { Effect } from '../change.ts';
import type { JudgedChange, JudgedPlan } from '../judge.ts';
import { changeTitle, countsText, EFFECT_WORD, openAcknowledgements, VERDICT_WORD } from './words.ts';

const INDENT = '    ';

export function planText(plan: JudgedPlan, style: TerminalStyle): string {
  const sections = [
    ...plan.changes.map((change) => changeLines(change, style)),
    plan.problems.flatMap((problem) => wrap(safeText(`? ${problemLine(problem)}`, style), style.columns)),
    verdictLines(plan, style),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

function changeLines(change: JudgedChange, style: TerminalStyle): string[] {
  const colours = createColors(style.colour);
  const word = `${paint(change, colours)(EFFECT_WORD[change.effect])}${change.acknowledged ? ' (acknowledged)' : ''}`;
  const title = safeText(changeTitle(change), style);
  const values = change.property === '' ? change.type : `${change.before} -> ${change.after}`;
  const sentence = (text: string) => wrap(safeText(text, style), style.columns, INDENT);
  return [
    `${mark(change)} ${colours.bold(title)}: ${word}`,
    ...sentence(values),
    ...sentence(`${change.message} [${change.code}]`),
    ...(change.alternative === undefined ? [] : sentence(`Instead: ${change.alternative}`)),
    ...(isHarmless(change) ? [] : sentence(`See ${change.source}`)),
  ];
}

function verdictLines(plan: JudgedPlan, style: TerminalStyle): string[] {
  const colours = createColors(style.colour);
  const colour = { pass: colours.green, fail: colours.red, unknown: colours.yellow }[plan.verdict];
  const open = openAcknowledgements(plan);
  const advice = open.length === 0 ? '' : `To go on all the same: --acknowledge ${open.join(' ')}`;
  return [
    `verdict  ${colours.bold(colour(VERDICT_WORD[plan.verdict]))}  ${safeText(countsText(plan), style)}`,
    ...wrap(safeText(advice, style), style.columns),
  ];
}

function isHarmless({ effect }: JudgedChange): boolean {
  return effect === 'in-place' || effect === 'interruption';
}

function mark(change: JudgedChange): string {
  const marks: Readonly<Record<Effect, string>> = {
    'in-place': '+',
    interruption: '!',
    unknown: '?',
    refused: 'x',
    'data-loss': 'x',
  };
  return change.acknowledged ? '+' : marks[change.effect];
}

function paint({ effect }: JudgedChange, colours: ReturnType<typeof createColors>): (text: string) => string {
  return {
    'in-place': colours.green,
    interruption: colours.yellow,
    unknown: colours.yellow,
    refused: colours.red,
    'data-loss': colours.red,
  }[effect];
}
