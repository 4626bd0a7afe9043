/** What the arguments of an `AccessKeyRotation` must be. Only what is known while the program runs is judged. */
import type { Problem } from '../../base/problem.ts';
import { describeGiven } from '../../topology/input/describe.ts';
import { brokenRules, type Rule, ruleMaker } from '../../topology/rules/rule.ts';
import { MINIMUM_AGE_HOURS } from '../runner/rotation/arguments.ts';
import { type RunnerInputs, verificationProblems } from '../runner/runner-rules.ts';
import { isSchedule } from '../scheduled/schedule.ts';

export interface RotationSettings {
  readonly schedule: string;
  readonly minimumAgeHours: number;
  /** Whether the stack leaves the secret to the rotation. */
  readonly rotated: boolean;
  /** Undefined: alerts are declined. */
  readonly alertReceiverCount: number | undefined;
}

const rule = ruleMaker<RotationSettings>();
const { min, max } = MINIMUM_AGE_HOURS;

export const KEY_ROTATION_RULES: readonly Rule<RotationSettings>[] = [
  rule({
    code: 'AMR_KEY_ROTATION_SCHEDULE_FORM',
    source: 'https://learn.microsoft.com/azure/container-apps/jobs#scheduled-jobs',
    fields: ['schedule'],
    when: ({ schedule }) => !isSchedule(schedule),
    message: ({ schedule }) =>
      `\`schedule\` is ${describeGiven(schedule)}: it is a cron expression of five fields in UTC, such as "0 3 1 * *" for the first of every month at three. Correct it.`,
  }),
  rule({
    code: 'AMR_KEY_ROTATION_MINIMUM_AGE_RANGE',
    source: 'Redoubt: clients that still use the former key are cut off when it is made anew.',
    fields: ['minimumAgeHours'],
    when: ({ minimumAgeHours: hours }) => !(hours >= min && hours <= max),
    message: ({ minimumAgeHours }) =>
      `\`minimumAgeHours\` is ${minimumAgeHours}: it is from ${min} to ${max}, the time that clients have to take up a new key. Choose within that.`,
  }),
  rule({
    code: 'AMR_KEY_ROTATION_WRITTEN_OVER',
    source: 'Redoubt: a later `pulumi up` would put the primary key back into the vault.',
    fields: ['rotated'],
    when: ({ rotated }) => !rotated,
    message: () =>
      '`accessKeys.rotated` is left out, so the stack would write its key over the one that a rotation has put into the vault. Set `rotated: true` in the `accessKeys` that the ManagedRedis and its rotation share.',
  }),
  rule({
    code: 'AMR_KEY_ROTATION_ALERTS_TELL_NOBODY',
    source: 'Redoubt: a rotation that fails and tells nobody is none.',
    fields: ['alertReceiverCount'],
    when: ({ alertReceiverCount }) => alertReceiverCount === 0,
    message: () =>
      '`alerts` has neither `emails` nor `actionGroupIds`, so a rotation that fails would tell nobody. Name a receiver, or say "none".',
  }),
];

export function keyRotationProblems(settings: RotationSettings, runner: RunnerInputs): Problem[] {
  return [...brokenRules(KEY_ROTATION_RULES, settings), ...verificationProblems(runner)];
}
