import { ProblemError } from '../../base/problem.ts';
import { administratorOf } from '../administrator.ts';
import { findNode, type LabContext } from '../context.ts';

/** Longer than this is a frozen node, and `freeze` makes one. */
const LONGEST_MS = 60_000;
const ANSWER_GRACE_MS = 5_000;
const NOT_ANSWERING_AFTER_MS = 40;
/** Ends by itself: bounded by the server's own clock. Writes nothing, so that SCRIPT KILL can end it as well. */
const BUSY_SCRIPT = `local started = redis.call('TIME')
local limit = tonumber(ARGV[1]) * 1000
while true do
  local now = redis.call('TIME')
  if (now[1] - started[1]) * 1000000 + (now[2] - started[2]) >= limit then return 'done' end
end`;

/**
 * Keeps the node busy with one slow script, as an application's own slow command does. Resolves when it has started.
 * @throws ProblemError `LAB_DURATION_OUT_OF_RANGE`, `LAB_NODE_UNKNOWN`
 */
export async function occupy(context: LabContext, nodeId: string, durationMs: number): Promise<void> {
  if (!(durationMs > 0 && durationMs <= LONGEST_MS)) {
    const message = `A node can be kept busy for 1 to ${LONGEST_MS} ms, not ${durationMs}. Give another duration, or freeze the node.`;
    throw new ProblemError({ code: 'LAB_DURATION_OUT_OF_RANGE', message });
  }
  const { state, node } = findNode(context, nodeId);
  // A connection of its own: the usual one has to notice that the node has stopped answering.
  const apart = administratorOf(context.runDirectory, state.endpointName);
  await Promise.all([apart.ask(node, [['PING']]), context.administrator.ask(node, [['PING']])]);
  const busy = apart.ask(node, [['EVAL', BUSY_SCRIPT, '0', String(durationMs)]], durationMs + ANSWER_GRACE_MS);
  const ended = busy
    .then(
      ([reply]) => reply,
      (error: Error) => error,
    )
    .finally(() => apart.close());
  const answered = context.administrator.ask(node, [['PING']], NOT_ANSWERING_AFTER_MS).then(
    () => true,
    () => false,
  );
  // The script is read first or the PING is; a second PING surely comes after the script.
  if (await answered) await context.administrator.ask(node, [['PING']], NOT_ANSWERING_AFTER_MS).catch(() => undefined);
  const early = await Promise.race([ended, Promise.resolve('running')]);
  if (early instanceof Error) throw early;
}
