/** The plan for a pull request: the verdict, a table worst first, and the sentences of what is dangerous. */
import { plainMarkdown as plain } from '../../base/markdown-text.ts';
import { problemLine } from '../../base/problem.ts';
import type { JudgedChange, JudgedPlan } from '../judge.ts';
import { changeTitle, countsText, EFFECT_WORD, openAcknowledgements, VERDICT_WORD } from './words.ts';

const SIGN = { pass: '✅', fail: '❌', unknown: '❔' } as const;
const EFFECT_SIGN = { 'in-place': '✅', interruption: '⚠️', unknown: '❔', refused: '⛔', 'data-loss': '❌' } as const;

export function planMarkdown(plan: JudgedPlan): string {
  const dangerous = plan.changes.filter(({ effect }) => effect !== 'in-place');
  const open = openAcknowledgements(plan);
  const sections = [
    [`## ${SIGN[plan.verdict]} ${VERDICT_WORD[plan.verdict]}: what this deployment does to the cache`],
    [`${plain(countsText(plan))}.`],
    plan.changes.length === 0
      ? []
      : ['| change | before | after | effect |', '|---|---|---|---|', ...plan.changes.map(tableRow)],
    dangerous.map(sentence),
    plan.problems.map((problem) => `- ❔ ${plain(problemLine(problem))}`),
    open.length === 0 ? [] : [`To go on all the same, name them: ${open.map(plain).join(', ')}`],
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

function tableRow(change: JudgedChange): string {
  const effect = `${EFFECT_SIGN[change.effect]} ${EFFECT_WORD[change.effect]}${change.acknowledged ? ' (acknowledged)' : ''}`;
  return `| ${[changeTitle(change), change.before, change.after].map(plain).join(' | ')} | ${effect} |`;
}

function sentence(change: JudgedChange): string {
  const alternative = change.alternative === undefined ? '' : ` Instead: ${plain(change.alternative)}`;
  const title = `**${plain(changeTitle(change))}**: ${plain(change.message)}`;
  return `- ${EFFECT_SIGN[change.effect]} ${title}${alternative} (${plain(change.code)}, [source](${change.source}))`;
}
