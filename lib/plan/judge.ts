/** From a plan to a verdict: what is dangerous, what of it was acknowledged by name, and what is left. */
import type { Problem } from '../base/problem.ts';
import type { Verdict } from '../base/verdict.ts';
import { EFFECTS, type Effect, type Plan, type PlannedChange, worstFirst } from './change.ts';

export interface JudgedChange extends PlannedChange {
  /** Allowed by name; always false where there is nothing to allow. */
  readonly acknowledged: boolean;
}

export interface JudgedPlan {
  readonly kind: Plan['kind'];
  readonly verdict: Verdict;
  /** Worst first. */
  readonly changes: readonly JudgedChange[];
  readonly problems: readonly Problem[];
  readonly counts: Readonly<Record<Effect, number>>;
}

/**
 * `fail` while data is lost or the service refuses, `unknown` while something cannot be told, unless that very change is
 * acknowledged. Problems cannot be acknowledged: nobody knows what they hide.
 */
export function judgePlan(plan: Plan, acknowledged: readonly string[]): JudgedPlan {
  const names = new Set(acknowledged);
  const changes = worstFirst(plan.changes).map((change) => ({
    ...change,
    acknowledged: needsAcknowledgement(change) && names.has(change.acknowledgement),
  }));
  return {
    kind: plan.kind,
    verdict: verdictOf(changes, plan.problems),
    changes,
    problems: plan.problems,
    counts: Object.fromEntries(
      EFFECTS.map((effect) => [effect, changes.filter((change) => change.effect === effect).length]),
    ) as Record<Effect, number>,
  };
}

export function needsAcknowledgement({ effect }: PlannedChange): boolean {
  return effect === 'data-loss' || effect === 'refused' || effect === 'unknown';
}

function verdictOf(changes: readonly JudgedChange[], problems: readonly Problem[]): Verdict {
  const open = changes.filter((change) => needsAcknowledgement(change) && !change.acknowledged);
  if (open.some(({ effect }) => effect !== 'unknown')) return 'fail';
  return open.length > 0 || problems.length > 0 ? 'unknown' : 'pass';
}

/** A name that allows nothing is left over from an earlier change, and would allow the next one unseen. */
export function acknowledgementProblems(plan: Plan, acknowledged: readonly string[]): Problem[] {
  const open = [...new Set(plan.changes.filter(needsAcknowledgement).map((change) => change.acknowledgement))];
  const allowed = open.length === 0 ? 'Nothing here needs it.' : `These can be: ${open.join(', ')}.`;
  return acknowledged
    .filter((name) => !open.includes(name))
    .map((name) => ({
      code: 'ACKNOWLEDGEMENT_MATCHES_NOTHING',
      message: `"${name}" acknowledges no change of this plan, so it allows nothing. ${allowed} Take it out, so that it does not allow a later change unseen.`,
    }));
}
