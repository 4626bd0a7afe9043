/**
 * What a cloud's own API says of a deployment, and what it can be asked to do to one. One implementation per cloud, in a
 * folder of its own; `redoubt drift` compares through it and `redoubt drill` disturbs through it. Nothing here knows the
 * CDK or Pulumi: those make a deployment, this looks at one that exists.
 */
import type { Problem } from '../base/problem.ts';
import type { GlobalRole } from '../profile/profile.ts';
import type { Topology } from '../topology/topology.ts';
import type { CheckResult } from '../verify/check.ts';
import type { Observation } from '../verify/observation.ts';

export interface ControlPlane {
  /** For sentences: `replication group "shop" in eu-west-1`. */
  readonly subject: string;
  /**
   * Compares what was declared with what exists, one result for every field that was compared: `pass` when they agree,
   * `fail` when they differ (both values are in the sentence), `unknown` when the API did not say.
   * Fault of the API itself (no access, no such deployment): ProblemError.
   */
  compare(declared: Declared, signal?: AbortSignal): Promise<CheckResult[]>;
  /** Everything that can be asked of this kind of deployment, also what would be refused now. */
  readonly operations: readonly CloudOperation[];
}

export interface Declared {
  readonly topology: Topology;
  /** What the servers themselves say (lib/verify), when they can be reached from here: roles come from there, not from the API. */
  readonly observation?: Observation;
  /** What the profile that they were observed by says of its place in a Global Datastore; absent for none. */
  readonly globalRole?: GlobalRole;
}

/** Each is a drill scenario of the same name. */
export const CLOUD_OPERATIONS = [
  'test-failover',
  'engine-to-valkey',
  'global-failover',
  'global-disassociate',
  'access-key-toggle',
  'sku-round-trip',
  'geo-unlink',
  'version-upgrade',
] as const;
export type CloudOperationName = (typeof CLOUD_OPERATIONS)[number];

/** One request to a cloud that disturbs a running deployment. Nothing is asked for before `run`. */
export interface CloudOperation {
  readonly name: CloudOperationName;
  /** What it does to the deployment and its clients, as a sentence: for `--plan`, and said before it runs. */
  readonly effect: string;
  /** What it costs: time, money, quota. */
  readonly cost: string;
  /** How it is undone, or that it cannot be. */
  readonly undo: string;
  /** What has to be changed elsewhere once it is done, so that the next deployment neither undoes nor repeats it. Absent: nothing. */
  readonly afterwards?: string;
  /** False: `heal` cannot put the former state back (a version upgrade). Such an operation always needs `--i-mean NAME`. */
  readonly reversible: boolean;
  /**
   * Why it is asked for only by somebody who names the deployment (`--i-mean NAME`), whatever is tagged, as a sentence. Absent: the
   * provider made it to be asked for (a test of the failover), so that naming is needed only where a precondition says so.
   */
  readonly deliberate?: string;
  /**
   * Why it must not run now (unhealthy, quota used up, a production tag, nothing to fail over to), all reasons at once;
   * empty when it may. Only reads. Problem codes that `--i-mean NAME` overrides are in `overridable`.
   */
  preconditions(signal?: AbortSignal): Promise<Precondition[]>;
  /** Does it, and resolves when the cloud says that it is complete. Must be abortable; what is half-done then is `heal`'s. */
  run(context: OperationContext): Promise<void>;
  /** Puts the former state back, as far as that is possible. Idempotent; called in `finally`, also when `run` failed or never ran. */
  heal(context: Pick<OperationContext, 'event'>): Promise<void>;
  /**
   * What a person must do who cannot wait for `heal`, as a sentence with the former value; undefined when nothing has been begun.
   * Absent: there is never anything to put back.
   */
  readonly byHand?: () => string | undefined;
}

export interface Precondition extends Problem {
  /** True: a person who names the deployment (`--i-mean NAME`) may go on all the same. */
  readonly overridable: boolean;
}

export interface OperationContext {
  readonly signal: AbortSignal;
  /** A line on the drill's timeline. `fault`: something was asked for; `promotion`: the cloud says a role moved; `note`: the rest. */
  readonly event: (kind: 'fault' | 'promotion' | 'note', text: string) => void;
  /**
   * Records a step that disturbs, when it has been accepted by the cloud. `shardIndex` where it concerns one
   * shard: zero-based, in the order of the shards' lowest slots.
   * Call the returned function when the cloud says that the step is complete, with the words that show it (an event, a status).
   */
  readonly step: (what: string, shardIndex?: number) => (evidence: string) => void;
}
