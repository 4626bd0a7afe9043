/** A scenario: one way in which a deployment is disturbed, in a file of its own under scenarios/. */
import type { Problem } from '../base/problem.ts';
import type { Random } from '../base/random.ts';
import { CLOUD_OPERATIONS } from '../control/control-plane.ts';
import type { OldNodeMode } from '../lab/lab.ts';
import type { FaultRecord, OperationRecord, TimelineEvent } from './history.ts';
import type { Plannable, Target } from './target.ts';

/** What can be done to a lab. */
export const LAB_SCENARIO_NAMES = [
  'planned-replacement',
  'planned-failover',
  'crash-primary',
  'freeze-primary',
  'busy-primary',
] as const;
/** With what is asked of a cloud, and what only watches. */
export const SCENARIO_NAMES = [...LAB_SCENARIO_NAMES, ...CLOUD_OPERATIONS, 'watch-maintenance'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** `one-by-one`: shard after shard. `all-at-once`: every node in one step, so that no address a client knows survives. */
export const ORDERS = ['one-by-one', 'all-at-once'] as const;
export type Order = (typeof ORDERS)[number];

/**
 * `redoubt`: this project's client. `ioredis`: as installed. `node-redis`: as the incident's team had configured it.
 * `ioredis-timeouts`: with the short time-outs that are copied to survive silent nodes.
 */
export const CLIENT_NAMES = ['redoubt', 'ioredis', 'node-redis', 'ioredis-timeouts'] as const;
export type ClientName = (typeof CLIENT_NAMES)[number];

/**
 * What has to be shown before a drill is believed. `roles-moved`: another primary in every disturbed shard. `server-busy`: a
 * server answered nobody. `operation-completed`: the cloud said so of everything it was asked. `connections-dropped`: that, and
 * the judged client had to connect again. `something-happened`: roles moved, addresses went or connections were lost.
 */
export type FaultProof =
  | 'roles-moved'
  | 'server-busy'
  | 'operation-completed'
  | 'connections-dropped'
  | 'something-happened';

export interface ScenarioOptions {
  readonly oldNode: OldNodeMode;
  readonly order: Order;
  /** `watch-maintenance` only: how long to wait for the maintenance, milliseconds. Default: one hour. */
  readonly windowMs?: number;
}

/** What a scenario may use while it disturbs. */
export interface Disturbance {
  readonly target: Target;
  readonly options: ScenarioOptions;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Drill time now. */
  readonly now: () => number;
  readonly event: (kind: TimelineEvent['kind'], text: string) => void;
  /** Records a fault when it is injected; the runner fills in what the observer saw of it. */
  readonly fault: (record: Omit<FaultRecord, 'promotedMs' | 'newPrimary'>) => void;
  /** Records what a cloud was asked for; the returned function says that it is complete. */
  readonly operation: (record: Pick<OperationRecord, 'what' | 'shardIndex'>) => (evidence: string) => void;
  /** Aborted when a person has seen enough of a watched window: what was seen until then is the result. */
  readonly seenEnough: AbortSignal;
  /** Waits, abortably. */
  readonly pause: (durationMs: number) => Promise<void>;
}

/**
 * `throughout`: from the first request to the cloud until its word that the last one is complete; each write is refused. `last-step`:
 * while the last request is carried out; nothing may be answered at all then, so nobody knows of the writes on their way either.
 */
export type WithoutWrites = 'throughout' | 'last-step';

export interface Scenario {
  readonly name: ScenarioName;
  /** One sentence for `redoubt list` and the report. */
  readonly story: string;
  /** True: the operator moves the role first, so an acknowledged write may not be lost and the slowest answer has a budget. */
  readonly planned: boolean;
  readonly proof: FaultProof;
  /** When no server accepts writes, whatever the client does; those that fail then are told and not counted. Default: never. */
  readonly refusesWrites?: WithoutWrites;
  /** Which of the options mean anything to it; the report names only those. */
  readonly heeds: readonly ('oldNode' | 'order')[];
  /** Why this target cannot have it done to it; empty when it can. */
  readonly refusals: (target: Plannable, options: ScenarioOptions) => Problem[];
  /** Injects. Healing is the runner's, in `finally`. */
  readonly disturb: (disturbance: Disturbance) => Promise<void>;
}
