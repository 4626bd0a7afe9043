/** Words that every form shares, so that none tells a different story. */
import { EFFECTS, type Effect } from '../change.ts';
import type { JudgedChange, JudgedPlan } from '../judge.ts';

export const EFFECT_WORD: Readonly<Record<Effect, string>> = {
  'in-place': 'in place',
  interruption: 'interruption',
  unknown: 'unknown',
  refused: 'refused',
  'data-loss': 'DATA LOSS',
};

export const VERDICT_WORD = { pass: 'PASS', fail: 'FAIL', unknown: 'UNKNOWN' } as const;

/** `Cache.Port`, or `Cache` with what happens to the whole of it. */
export function changeTitle(change: JudgedChange): string {
  return change.property === '' ? `${change.resource} (${change.action})` : `${change.resource}.${change.property}`;
}

/** `2 changes lose data, 1 is refused, 3 in place`. */
export function countsText({ counts, changes, problems }: JudgedPlan): string {
  const parts = EFFECTS.toReversed()
    .filter((effect) => counts[effect] > 0)
    .map((effect) => `${counts[effect]} ${EFFECT_WORD[effect]}`);
  const acknowledged = changes.filter((change) => change.acknowledged).length;
  const all = [
    parts.length === 0 ? 'nothing changes that concerns the cache' : parts.join(', '),
    ...(acknowledged > 0 ? [`${acknowledged} acknowledged`] : []),
    ...(problems.length > 0 ? [`${problems.length} not judged`] : []),
  ];
  return all.join('; ');
}

/** What to do next, when something stands in the way. */
export function openAcknowledgements({ changes }: JudgedPlan): string[] {
  const open = changes.filter(
    (change) => !change.acknowledged && ['data-loss', 'refused', 'unknown'].includes(change.effect),
  );
  return [...new Set(open.map(({ acknowledgement }) => acknowledgement))];
}
