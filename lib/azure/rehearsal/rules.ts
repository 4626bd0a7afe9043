/** What the arguments of a `MaintenanceRehearsal` must be. Only what is known while the program runs is judged. */
import type { Problem } from '../../base/problem.ts';
import { describeGiven, listed } from '../../topology/input/describe.ts';
import { brokenRules, type Rule, ruleMaker } from '../../topology/rules/rule.ts';
import { type RunnerInputs, verificationProblems } from '../runner/runner-rules.ts';
import { isSchedule } from '../scheduled/schedule.ts';
import { REHEARSAL_SCENARIOS } from './scenarios.ts';

export interface RehearsalSettings {
  readonly schedule: string;
  readonly scenario: string;
  readonly watchMinutes: number;
  readonly timeoutMinutes: number;
  readonly iMean: string | undefined;
  /** Undefined: alerts are declined. */
  readonly alertReceiverCount: number | undefined;
}

const rule = ruleMaker<RehearsalSettings>();

const JOBS = 'https://learn.microsoft.com/azure/container-apps/jobs#scheduled-jobs';
const DRILL = 'Redoubt: docs/scenarios.md';

/** The watch itself, the clients before and after it, and the results on their way. */
const AROUND_WATCH_MINUTES = 10;
const WATCH_MINUTES = { min: 1, max: 1_440 };

export const REHEARSAL_RULES: readonly Rule<RehearsalSettings>[] = [
  rule({
    code: 'AMR_REHEARSAL_SCHEDULE_FORM',
    source: JOBS,
    fields: ['schedule'],
    when: ({ schedule }) => !isSchedule(schedule),
    message: ({ schedule }) =>
      `\`schedule\` is ${describeGiven(schedule)}: it is a cron expression of five fields in UTC, such as "0 3 * * 0" for Sundays at three. Correct it.`,
  }),
  rule({
    code: 'AMR_REHEARSAL_SCENARIO_UNKNOWN',
    source: DRILL,
    fields: ['scenario'],
    when: ({ scenario }) => !REHEARSAL_SCENARIOS.some((known) => known === scenario),
    message: ({ scenario }) =>
      `\`scenario\` is ${describeGiven(scenario)}: allowed is ${listed([...REHEARSAL_SCENARIOS])}. Choose one; watch-maintenance disturbs nothing.`,
  }),
  rule({
    code: 'AMR_REHEARSAL_NEEDS_A_NAME',
    source: DRILL,
    fields: ['iMean', 'scenario'],
    when: ({ iMean, scenario }) => scenario !== 'watch-maintenance' && iMean === undefined,
    message: ({ scenario }) =>
      `\`scenario\` is ${describeGiven(scenario)}, which disturbs the database each time the schedule comes round, and \`iMean\` is left out. Name the deployment in \`iMean\` to say that you mean that, or choose "watch-maintenance".`,
  }),
  rule({
    code: 'AMR_REHEARSAL_WATCH_RANGE',
    source: DRILL,
    fields: ['watchMinutes'],
    when: ({ watchMinutes }) =>
      !(Number.isInteger(watchMinutes) && watchMinutes >= WATCH_MINUTES.min && watchMinutes <= WATCH_MINUTES.max),
    message: ({ watchMinutes }) =>
      `\`watchMinutes\` is ${watchMinutes}: it is a whole number from ${WATCH_MINUTES.min} to ${WATCH_MINUTES.max}. Choose within that.`,
  }),
  rule({
    code: 'AMR_REHEARSAL_ENDED_TOO_SOON',
    source: JOBS,
    fields: ['timeoutMinutes', 'watchMinutes', 'scenario'],
    when: ({ timeoutMinutes, watchMinutes, scenario }) =>
      scenario === 'watch-maintenance' && timeoutMinutes < watchMinutes + AROUND_WATCH_MINUTES,
    message: ({ timeoutMinutes, watchMinutes }) =>
      `\`timeoutMinutes\` is ${timeoutMinutes}, and ${watchMinutes} minutes are watched: the job would be ended before it has reported. Give it at least ${watchMinutes + AROUND_WATCH_MINUTES}.`,
  }),
  rule({
    code: 'AMR_REHEARSAL_ALERTS_TELL_NOBODY',
    source: 'Redoubt: a rehearsal that fails and tells nobody is none.',
    fields: ['alertReceiverCount'],
    when: ({ alertReceiverCount }) => alertReceiverCount === 0,
    message: () =>
      '`alerts` has neither `emails` nor `actionGroupIds`, so a rehearsal that fails would tell nobody. Name a receiver, or say "none".',
  }),
];

export function rehearsalProblems(settings: RehearsalSettings, runner: RunnerInputs): Problem[] {
  return [...brokenRules(REHEARSAL_RULES, settings), ...verificationProblems(runner)];
}
