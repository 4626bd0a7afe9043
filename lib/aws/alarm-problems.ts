/** A threshold for an alarm that does not exist would be ignored in silence. */
import type { Problem } from '../base/problem.ts';
import { closestTo } from '../topology/input/closest.ts';
import { describeGiven } from '../topology/input/describe.ts';

/** `false` for none, or thresholds by the ids of alarms. */
export type AlarmsOption = boolean | Readonly<Record<string, number>>;

/** @param known ids of the alarms that `whose` has */
export function unknownAlarms(
  alarms: AlarmsOption | undefined,
  { known, whose, note = '' }: { readonly known: readonly string[]; readonly whose: string; readonly note?: string },
): Problem[] {
  if (typeof alarms !== 'object') return [];
  return Object.keys(alarms)
    .filter((id) => !known.includes(id))
    .map((id) => {
      const closest = closestTo(id, known);
      const meant = closest === undefined ? '.' : `; did you mean "${closest}"?`;
      const message = `\`alarms\` has a threshold for ${describeGiven(id)}, which ${whose} has no alarm for${meant} It has ${known.join(', ')}${note}.`;
      return { code: 'AWS_ALARM_UNKNOWN', message, path: `alarms.${id}` };
    });
}
