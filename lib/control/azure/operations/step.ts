/** One change of a running operation: asked for, recorded once it is accepted, awaited, and seen to have happened. */
import type { OperationContext } from '../../control-plane.ts';
import type { Api } from '../api.ts';
import { hasCode } from '../faults.ts';
import type { Accepted } from '../long-running.ts';
import { healthyAfter, type State } from './state.ts';

/** What the operation must remember for `heal`, as soon as something has been asked for. */
export interface Memory<Former> {
  /** What was there before; undefined while nothing has been asked for. */
  former?: Former;
  /** A change was sent and got no answer: whether it was heard nobody knows. */
  isUncertain: boolean;
}

interface Step {
  readonly api: Api;
  readonly context: OperationContext;
  readonly memory: Memory<unknown>;
  /** `access-key authentication switched off` */
  readonly what: string;
  readonly ask: () => Promise<Accepted>;
  /** Whether the API shows the change. */
  readonly isDone: (state: State) => boolean;
}

export async function step({ api, context, memory, what, ask, isDone }: Step): Promise<State> {
  const { signal } = context;
  signal.throwIfAborted();
  context.event('note', `asking for it: ${what}`);
  const change = await heard(ask, memory);
  const complete = context.step(what);
  const evidence = await change.completed(signal);
  const state = await healthyAfter(api, what, signal, isDone);
  complete(evidence);
  return state;
}

async function heard(ask: () => Promise<Accepted>, memory: Memory<unknown>): Promise<Accepted> {
  try {
    return await ask();
  } catch (error) {
    memory.isUncertain = hasCode(error, 'AZURE_UNREACHABLE');
    throw error;
  }
}
