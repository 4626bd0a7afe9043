/** Options that contradict the topology would be ignored in silence; they are said instead. */
import type { Problem } from '../base/problem.ts';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { closestTo } from '../topology/input/closest.ts';
import { describeGiven } from '../topology/input/describe.ts';
import { alarmRows } from './alarm-rows.ts';
import type { RotationProps } from './rotation.ts';
import { rotationProblems } from './rotation-problems.ts';

interface Options {
  readonly secret?: unknown;
  readonly rotation?: boolean | RotationProps;
  readonly accessString?: string;
  readonly logRetention?: unknown;
  readonly logDeliveryStream?: string;
  readonly alarms?: boolean | Readonly<Record<string, number>>;
}

export function optionProblems(options: Options, topology: ElastiCacheTopology): Problem[] {
  const { authentication } = topology;
  const hasSecret =
    authentication.kind === 'auth-token' ||
    (authentication.kind === 'rbac' && authentication.credential === 'password');
  return [
    ...(options.secret !== undefined && !hasSecret ? [unusedSecret()] : []),
    ...(typeof options.rotation === 'object' && !hasSecret ? [nothingToRotate()] : []),
    ...(options.accessString !== undefined && authentication.kind !== 'rbac'
      ? [unusedAccess(authentication.kind)]
      : []),
    ...(options.logRetention !== undefined && options.logDeliveryStream !== undefined ? [unusedRetention()] : []),
    ...rotationProblems(options.rotation),
    ...unknownAlarms(options.alarms, topology),
  ];
}

function unusedSecret(): Problem {
  const message =
    '`secret` is given, but the topology has no password or token that it could hold (IAM, or no authentication). Leave it out, or choose another authentication.';
  return { code: 'AWS_SECRET_NOT_USED', message, path: 'secret' };
}

function nothingToRotate(): Problem {
  const message =
    '`rotation` is given, but the topology has no password or token that could be rotated (IAM, or no authentication). Leave it out, or choose another authentication.';
  return { code: 'AWS_ROTATION_NOT_USED', message, path: 'rotation' };
}

function unusedRetention(): Problem {
  const message =
    '`logRetention` is given beside `logDeliveryStream`: the logs go to the stream, and nothing is kept in log groups. Leave one of them out.';
  return { code: 'AWS_LOG_RETENTION_NOT_USED', message, path: 'logRetention' };
}

function unusedAccess(kind: string): Problem {
  const message = `\`accessString\` is given, but the topology's authentication is "${kind}", which has no users to restrict. Choose "rbac", or leave it out.`;
  return { code: 'AWS_ACCESS_STRING_NOT_USED', message, path: 'accessString' };
}

function unknownAlarms(alarms: Options['alarms'], topology: ElastiCacheTopology): Problem[] {
  if (typeof alarms !== 'object') return [];
  const known = alarmRows(topology).map(({ id }) => id);
  return Object.keys(alarms)
    .filter((id) => !known.includes(id))
    .map((id) => {
      const closest = closestTo(id, known);
      const meant = closest === undefined ? '' : `; did you mean "${closest}"?`;
      const message = `\`alarms\` has a threshold for ${describeGiven(id)}, which this topology has no alarm for${meant === '' ? '.' : meant} It has ${known.join(', ')}.`;
      return { code: 'AWS_ALARM_UNKNOWN', message, path: `alarms.${id}` };
    });
}
