/** A threshold for an alarm that does not exist would be ignored in silence, and one out of its range would never wake anybody, or always. */
import { Token } from 'aws-cdk-lib/core';
import type { Problem } from '../base/problem.ts';
import { closestTo } from '../topology/input/closest.ts';
import { describeGiven } from '../topology/input/describe.ts';
import type { AlarmRow } from './alarm-rows.ts';
import { thresholdComplaint } from './alarm-thresholds.ts';

/** `false` for none, or thresholds by the ids of alarms. */
export type AlarmsOption = boolean | Readonly<Record<string, number>>;

interface KnownAlarms {
  readonly known: readonly AlarmRow[];
  readonly whose: string;
  readonly note?: string;
  /** Where the thresholds were given. Default: `alarms`. */
  readonly option?: string;
}

export function alarmProblems(
  alarms: AlarmsOption | undefined,
  { known, whose, note = '', option = 'alarms' }: KnownAlarms,
): Problem[] {
  if (alarms === undefined || typeof alarms === 'boolean' || Token.isUnresolved(alarms)) return [];
  const ids = known.map(({ id }) => id);
  if (typeof alarms !== 'object' || alarms === null || Array.isArray(alarms)) {
    const message = `\`${option}\` is ${describeGiven(alarms)}. Give thresholds by their ids, as { ${ids[0]}: 80 }, or for no alarms \`alarms: false\`.`;
    return [{ code: 'AWS_ALARM_THRESHOLD', message, path: option }];
  }
  return Object.entries(alarms).flatMap(([id, threshold]): Problem[] => {
    const path = `${option}.${id}`;
    const row = known.find((alarm) => alarm.id === id);
    if (row !== undefined) {
      const complaint = threshold === undefined ? undefined : thresholdComplaint(threshold, row.allowed);
      if (complaint === undefined) return [];
      const message = `The threshold of ${id} (${row.metric}) ${complaint}. The default is ${row.threshold}.`;
      return [{ code: 'AWS_ALARM_THRESHOLD', message, path }];
    }
    return [unknownAlarm(id, path, { known, whose, note, option })];
  });
}

/** Of ids alone, without thresholds. */
export function alarmIdProblems(ids: readonly string[] = [], alarms: KnownAlarms): Problem[] {
  const unknown = [ids].flat().filter((id) => !alarms.known.some((row) => row.id === id));
  return unknown.map((id) => unknownAlarm(id, alarms.option ?? 'alarms', alarms));
}

function unknownAlarm(id: string, path: string, { known, whose, note = '', option = 'alarms' }: KnownAlarms): Problem {
  const ids = known.map((row) => row.id);
  const closest = closestTo(id, ids);
  const meant = closest === undefined ? '.' : `; did you mean "${closest}"?`;
  const message = `\`${option}\` ${option === 'only' ? 'names' : 'has a threshold for'} ${describeGiven(id)}, which ${whose} has no alarm for${meant} It has ${ids.join(', ')}${note}.`;
  return { code: 'AWS_ALARM_UNKNOWN', message, path };
}
