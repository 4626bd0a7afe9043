/**
 * A change that ARM accepts and makes later. How it goes is asked of `Azure-AsyncOperation`, or of `Location` where there
 * is only that, as often as the service wants to be asked.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
 */
import { ProblemError } from '../../base/problem.ts';
import { sleep } from '../../base/wait-until.ts';
import type { Arm, ArmAnswer, ArmRequest } from './arm.ts';
import { type ArmError, errorText, isPassing } from './faults.ts';
import { retryAfterMs } from './retry-after.ts';

export interface LongRunningOptions {
  /** Default 10,000, and never sooner than the service says. */
  readonly pollEveryMs?: number;
  /** Default 3,000,000: scaling of an empty database takes ten minutes, of a full one more. */
  readonly operationTimeoutMs?: number;
  /** How long `heal` of an operation may take, everything that it waits for included. Default 3,000,000. */
  readonly healTimeoutMs?: number;
}

export interface Accepted {
  /** Resolves with the words that show that it is over. @throws ProblemError `AZURE_OPERATION_FAILED`, `AZURE_OPERATION_TIMED_OUT`, or the signal's reason */
  completed(signal: AbortSignal): Promise<string>;
}

/** The asking itself is never cut off: whether ARM has heard half a request nobody could say. */
export async function accepted(
  arm: Arm,
  request: Omit<ArmRequest, 'signal'>,
  options: LongRunningOptions = {},
): Promise<Accepted> {
  const answer = await arm.send(request);
  return { completed: (signal) => completed(arm, request.action, answer, options, signal) };
}

type Progress = { readonly status: string } & ({ readonly isOver: boolean } | { readonly error: string });

async function completed(
  arm: Arm,
  action: string,
  answer: ArmAnswer,
  { pollEveryMs = 10_000, operationTimeoutMs = 3_000_000 }: LongRunningOptions,
  signal: AbortSignal,
): Promise<string> {
  const operation = answer.headers.get('azure-asyncoperation');
  const path = operation ?? answer.headers.get('location');
  // Made at once.
  if (path === null) return `${action}: answered ${answer.status}`;
  const deadline = performance.now() + operationTimeoutMs;
  let waitMs = retryAfterMs(answer.headers) ?? 0;
  let lastSeen = `accepted with ${answer.status}`;
  for (;;) {
    if (performance.now() >= deadline) throw timedOut(action, operationTimeoutMs, lastSeen);
    await sleep(Math.min(Math.max(waitMs, pollEveryMs), Math.max(1, deadline - performance.now())), signal);
    try {
      const poll = await arm.send({ method: 'GET', path, action: `the status of ${action}`, signal });
      waitMs = retryAfterMs(poll.headers) ?? 0;
      const progress = operation === null ? progressOfLocation(poll) : progressOfOperation(poll);
      lastSeen = `status ${progress.status}`;
      if ('error' in progress) throw failed(action, progress.status, progress.error);
      if (progress.isOver) return `${action}: ${progress.status}`;
    } catch (error) {
      if (!isPassing(error)) throw error;
      lastSeen = (error as Error).message;
    }
  }
}

/** https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations#provisioningstate-values: every other status is "not yet". */
function progressOfOperation({ body }: ArmAnswer): Progress {
  const { status = 'not told', error } = (body ?? {}) as { status?: string; error?: ArmError & { error?: ArmError } };
  if (status === 'Failed' || status === 'Canceled' || status === 'Cancelled') {
    return { status, error: errorText(error?.error ?? error ?? {}) };
  }
  return { status, isOver: status === 'Succeeded' };
}

function progressOfLocation({ status }: ArmAnswer): Progress {
  return { status: String(status), isOver: status !== 202 };
}

function failed(action: string, status: string, said: string): ProblemError {
  const message = `${action} was accepted and then ended as ${status}: ${said} Look at the resource in the portal before it is asked for again.`;
  return new ProblemError({ code: 'AZURE_OPERATION_FAILED', message });
}

function timedOut(action: string, timeoutMs: number, lastSeen: string): ProblemError {
  const message = `${action} was accepted and is not over after ${timeoutMs / 1_000} s (${lastSeen}). It goes on by itself; look at the resource in the portal.`;
  return new ProblemError({ code: 'AZURE_OPERATION_TIMED_OUT', message });
}
