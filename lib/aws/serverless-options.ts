/** Options that contradict the settings would be ignored in silence; they are said instead. */
import type { Problem } from '../base/problem.ts';
import type { ServerlessCacheSettings } from '../topology/elasticache-serverless.ts';
import { describeGiven } from '../topology/input/describe.ts';
import type { RotationProps } from './rotation.ts';
import { rotationProblems } from './rotation-problems.ts';
import { serverlessAlarmRows } from './serverless-alarms.ts';

interface Options {
  readonly secret?: unknown;
  readonly rotation?: boolean | RotationProps;
  readonly removalPolicy?: string;
  readonly finalSnapshotName?: string;
  readonly alarmTopic?: unknown;
  readonly alarms?: boolean | Readonly<Record<string, number>>;
}

export function serverlessOptionProblems(options: Options, settings: ServerlessCacheSettings): Problem[] {
  const { secret, rotation, removalPolicy, finalSnapshotName, alarmTopic, alarms } = options;
  const problems: Problem[] = [];
  if (secret !== undefined && settings.authentication.credential === 'iam') {
    const message =
      '`secret` is given, but the user signs in with IAM and has no password that it could hold. Leave it out, or choose the credential "password".';
    problems.push({ code: 'AWS_SECRET_NOT_USED', message, path: 'secret' });
  }
  if (typeof rotation === 'object' && settings.authentication.credential === 'iam') {
    const message =
      '`rotation` is given, but the user signs in with IAM and has no password that could be rotated. Leave it out, or choose the credential "password".';
    problems.push({ code: 'AWS_ROTATION_NOT_USED', message, path: 'rotation' });
  }
  if (finalSnapshotName !== undefined && removalPolicy !== undefined && removalPolicy !== 'snapshot') {
    const message = `\`finalSnapshotName\` is given, but \`removalPolicy\` is ${describeGiven(removalPolicy)}: no last snapshot is taken. Leave one of them out.`;
    problems.push({ code: 'AWS_FINAL_SNAPSHOT_NOT_USED', message, path: 'finalSnapshotName' });
  }
  if (alarmTopic !== undefined && alarms === false) {
    const message =
      '`alarmTopic` is given, but `alarms` is false: it would never be told anything. Leave one of them out.';
    problems.push({ code: 'AWS_ALARM_TOPIC_NOT_USED', message, path: 'alarmTopic' });
  }
  return [...problems, ...rotationProblems(rotation), ...unknownAlarms(alarms, settings)];
}

function unknownAlarms(alarms: Options['alarms'], settings: ServerlessCacheSettings): Problem[] {
  if (typeof alarms !== 'object') return [];
  const known = serverlessAlarmRows(settings).map(({ id }) => id);
  return Object.keys(alarms)
    .filter((id) => !known.includes(id))
    .map((id) => ({
      code: 'AWS_ALARM_UNKNOWN',
      message: `\`alarms\` has a threshold for ${describeGiven(id)}, which this cache has no alarm for. It has ${known.join(', ')}; Storage and Ecpu need an upper limit. Correct it.`,
      path: `alarms.${id}`,
    }));
}
