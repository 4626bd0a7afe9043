/** A threshold for an alarm that does not exist would be ignored in silence. */
import type { Problem } from '../base/problem.ts';
import { closestTo } from '../topology/input/closest.ts';
import { describeGiven } from '../topology/input/describe.ts';

/** `false` for none, or thresholds by the ids of alarms. */
export type AlarmsOption = boolean | Readonly<Record<string, number>>;

interface KnownAlarms {
  /** Their ids. */
  readonly known: readonly string[];
  readonly whose: string;
  readonly note?: string;
  /** Where the thresholds were given. Default: `alarms`. */
  readonly option?: string;
}

export function unknownAlarms(
  alarms: AlarmsOption | undefined,
  { known, whose, note = '', option = 'alarms' }: KnownAlarms,
): Problem[] {
  if (typeof alarms !== 'object') return [];
  return Object.keys(alarms)
    .filter((id) => !known.includes(id))
    .map((id) => {
      const closest = closestTo(id, known);
      const meant = closest === undefined ? '.' : `; did you mean "${closest}"?`;
      const message = `\`${option}\` has a threshold for ${describeGiven(id)}, which ${whose} has no alarm for${meant} It has ${known.join(', ')}${note}.`;
      return { code: 'AWS_ALARM_UNKNOWN', message, path: `${option}.${id}` };
    });
}
