/** Whether the load that the figures are about really ran. */
import type { ClientHistory, DrillHistory } from '../history.ts';
import { generatorLatenessMs } from './latency.ts';
import { spoken } from './milliseconds.ts';

/** Of the operations that the schedule wanted, at least this share must have been sent. */
export const MINIMUM_SENT_SHARE = 0.8;
/**
 * A client must have sent each shard at least this many operations. With fewer a fault falls between two of them and is
 * not seen, or one unlucky operation stands for the whole shard.
 */
export const MINIMUM_OPERATIONS_PER_SHARD = 20;
/**
 * A generator later than this (p99) measures its own machine, not the client. Far above what it needs (a few
 * milliseconds, a few tens on a machine that is busy), below every budget it could spoil.
 */
export const MAXIMUM_LATENESS_P99_MS = 250;

export interface LoadProblem {
  readonly code: 'CLIENT_PROCESS_BROKEN' | 'LOAD_TOO_SMALL' | 'TOO_FEW_OPERATIONS' | 'GENERATOR_LATE';
  readonly message: string;
}

/** Why this client's figures cannot be trusted; undefined when they can. */
export function loadProblem(client: ClientHistory, history: DrillHistory): LoadProblem | undefined {
  if (client.broken !== undefined) {
    return {
      code: 'CLIENT_PROCESS_BROKEN',
      message: `The ${client.name} client's process did not run to its end: ${client.broken}. Its figures prove nothing.`,
    };
  }
  const scheduled = scheduledOperations(history);
  const sent = client.operations.length;
  if (sent === 0 || sent < scheduled * MINIMUM_SENT_SHARE) {
    return {
      code: 'LOAD_TOO_SMALL',
      message:
        `The ${client.name} client was handed ${sent} of ${scheduled} scheduled operations; ` +
        `at least ${MINIMUM_SENT_SHARE * 100} % are needed. Lower --rate or use a less busy machine.`,
    };
  }
  const fewest = fewestPerShard(client, history);
  if (fewest < MINIMUM_OPERATIONS_PER_SHARD) {
    const wanted = MINIMUM_OPERATIONS_PER_SHARD * history.shardCount;
    // One more, because a schedule ends between two operations.
    const rate = Math.ceil((wanted * 1_000) / history.loadEndedMs) + 1;
    return {
      code: 'TOO_FEW_OPERATIONS',
      message:
        `The ${client.name} client sent ${fewest} operations${history.shardCount === 1 ? '' : ' to one of its shards'}, too few to judge by: ` +
        `at least ${MINIMUM_OPERATIONS_PER_SHARD} are needed. Give --rate ${rate} or more, or watch longer.`,
    };
  }
  const latenessMs = generatorLatenessMs(client.operations) ?? 0;
  if (latenessMs > MAXIMUM_LATENESS_P99_MS) {
    return {
      code: 'GENERATOR_LATE',
      message:
        `The load generator of ${client.name} was ${spoken(latenessMs)} late (p99); at most ${MAXIMUM_LATENESS_P99_MS} ms ` +
        'are tolerated, because later it would measure this machine. Lower --rate or use a less busy machine.',
    };
  }
  return undefined;
}

function fewestPerShard({ operations }: ClientHistory, { shardCount }: DrillHistory): number {
  const perShard = new Array<number>(shardCount).fill(0);
  for (const { shardIndex } of operations) perShard[shardIndex] = (perShard[shardIndex] ?? 0) + 1;
  return Math.min(...perShard);
}

export function scheduledOperations(history: DrillHistory): number {
  return Math.floor((history.loadEndedMs / 1_000) * history.ratePerSecond);
}
