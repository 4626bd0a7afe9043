/** Which thresholds an alarm can have: one that its metric never goes above is an alarm that never fires, one that it is always above fires always. */
import { Token } from 'aws-cdk-lib/core';
import { describeGiven } from '../topology/input/describe.ts';

export interface ThresholdRange {
  /** This or more. */
  readonly atLeast?: number;
  /** More than this. */
  readonly above?: number;
  /** Less than this: the metric never goes above it. */
  readonly below?: number;
  /** Why it never does. */
  readonly reason?: string;
}

/** A node always uses a little of its CPU and memory. */
export const PERCENT: ThresholdRange = { above: 0, below: 100, reason: 'it is a percentage' };

/** Of what is counted, and is nothing when all is well. */
export const AT_LEAST_0: ThresholdRange = { atLeast: 0 };

/** What is wrong with a threshold, for the middle of a sentence; nothing of one that is not known before the deployment. */
export function thresholdComplaint(given: unknown, range: ThresholdRange): string | undefined {
  if (Token.isUnresolved(given)) return;
  if (typeof given !== 'number' || !Number.isFinite(given)) {
    return `is ${describeGiven(given)}, and must be a number ${allowed(range)}`;
  }
  const { atLeast, above, below, reason } = range;
  if (below !== undefined && given >= below) {
    return `is ${given}, and the alarm is raised above it, so never (${reason}); it must be a number ${allowed(range)}`;
  }
  const isAlwaysAbove = (atLeast !== undefined && given < atLeast) || (above !== undefined && given <= above);
  return isAlwaysAbove ? `is ${given}, above which it always is; it must be a number ${allowed(range)}` : undefined;
}

function allowed({ atLeast, above, below = Number.POSITIVE_INFINITY }: ThresholdRange): string {
  const lower = above === undefined ? `of ${atLeast ?? 0} or more` : `above ${above}`;
  return Number.isFinite(below) ? `${lower} and below ${below}` : lower;
}
