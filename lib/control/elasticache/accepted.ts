import { ProblemError } from '../../base/problem.ts';
import { waitFor } from './wait-for.ts';

interface Request {
  /** As the end of the sentence "Waited … for …": `TestFailover of node group 0001 to be accepted`. */
  readonly what: string;
  readonly ask: () => Promise<void>;
  /** Whether the API shows that a request without an answer was heard. */
  readonly wasHeard: () => Promise<boolean>;
  readonly timeoutMs: number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** Until the service has said yes. A request that got no answer may have been heard: then the API tells, and it is not asked twice. */
export async function accepted({ what, ask, wasHeard, timeoutMs, everyMs, signal }: Request): Promise<void> {
  let lastSeen = 'nothing yet';
  let maybeHeard = false;
  await waitFor({
    what,
    timeoutMs,
    everyMs,
    signal,
    lastSeen: () => lastSeen,
    probe: async () => {
      if (maybeHeard && (await wasHeard())) return true;
      try {
        await ask();
        return true;
      } catch (error) {
        const code = error instanceof ProblemError ? error.problems[0]?.code : undefined;
        if (code === 'AWS_UNREACHABLE') maybeHeard = true;
        else if (code !== 'AWS_GROUP_BUSY') throw error;
        lastSeen = (error as Error).message;
        return undefined;
      }
    },
  });
}
