import type { Problem } from '../base/problem.ts';
import { describeGiven } from '../topology/input/describe.ts';
import type { RotationProps } from './rotation.ts';

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html */
const EVERY_HOURS = { min: 4, max: 24_000 } as const;

/**
 * @param rotation what was given, of whatever type
 * @param path where `every` stands in it
 */
export function rotationProblems(
  rotation: boolean | RotationProps | undefined,
  path: 'every' | 'rotation.every' = 'rotation.every',
): Problem[] {
  const every = typeof rotation === 'object' ? rotation?.every : undefined;
  if (every === undefined) return [];
  if (typeof every.isUnresolved !== 'function') {
    const message = `\`${path}\` is ${describeGiven(every)}: give a duration of the CDK, as \`Duration.days(30)\`.`;
    return [{ code: 'AWS_ROTATION_EVERY', message, path }];
  }
  if (every.isUnresolved()) return [];
  const minutes = every.toMinutes({ integral: false });
  const hours = minutes / 60;
  if (Number.isInteger(hours) && hours >= EVERY_HOURS.min && hours <= EVERY_HOURS.max) return [];
  const message = `\`${path}\` is ${every.toHumanString()}: it is a whole number of hours from ${EVERY_HOURS.min} hours to 1,000 days. Choose within that.`;
  return [{ code: 'AWS_ROTATION_EVERY', message, path }];
}
