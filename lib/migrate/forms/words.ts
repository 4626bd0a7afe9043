/** Words that every form shares, so that none tells a different story. */
import { type Migration, openCodes } from '../migration.ts';
import { OUTCOMES, type Outcome } from '../setting.ts';

export const OUTCOME_WORD: Readonly<Record<Outcome, string>> = {
  kept: 'kept',
  changed: 'changed',
  unknown: 'not known',
  unavailable: 'NOT AVAILABLE',
};

export const VERDICT_WORD = { pass: 'PASS', fail: 'FAIL', unknown: 'UNKNOWN' } as const;

/** `P2 cache sessions -> Balanced_B20`. */
export function titleText({ cache, target }: Migration): string {
  const size = cache.size.replace(/^Enterprise(Flash)?_/, '');
  const to =
    target === undefined
      ? 'nothing that fits'
      : `${target.name}: ${target.sku}, ${target.clusteringPolicy}, ${target.clientMode} client`;
  return `${cache.name} (${cache.tier} ${size}) -> ${to}`;
}

/** `1 NOT AVAILABLE, 6 changed, 5 kept`. */
export function countsText({ counts, refusals, settings }: Migration): string {
  const parts = OUTCOMES.toReversed()
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${counts[outcome]} ${OUTCOME_WORD[outcome]}`);
  const acknowledged = settings.filter((setting) => setting.acknowledged).length;
  return [
    parts.join(', '),
    ...(acknowledged > 0 ? [`${acknowledged} acknowledged`] : []),
    ...(refusals.length > 0 ? ['no deployment'] : []),
  ]
    .filter((part) => part !== '')
    .join('; ');
}

export function acknowledgeText(migration: Migration): string {
  const open = openCodes(migration);
  return open.length === 0 || migration.refusals.length > 0
    ? ''
    : `To go on all the same: --acknowledge ${open.join(' ')}`;
}
