/**
 * The local lab as its users see it (verify, drill, the CLI). Everything a lab is lives in its run directory, so any
 * process can open a lab that another one started; nothing depends on the starter staying alive.
 */
import type { ConnectionProfile } from '../profile/profile.ts';
import type { Topology } from '../topology/topology.ts';

/** One real redis-server or valkey-server process. */
export interface LabNode {
  /** Stable within a lab and never reused: `node-1`, `node-2`, ... */
  readonly id: string;
  readonly pid: number;
  /** The address it listens on and is dialled at (loopback). */
  readonly host: string;
  readonly port: number;
  /** The name it announces, where the platform announces names (ElastiCache). The name of a replaced node goes to the next node of its shard. */
  readonly announcedName?: string;
  /** Redis Cluster node id (40 hex digits); absent in the lab's standalone pair (NoCluster). */
  readonly clusterNodeId?: string;
  /** Zero-based shard the node was made for. */
  readonly shardIndex: number;
}

/** A replaced node's address, kept to recognise stale dials: nothing that is current answers there. */
export interface RetiredAddress {
  readonly host: string;
  readonly port: number;
  readonly retiredAtEpochMs: number;
}

/** What happens to a node that has been replaced, as its old clients see it. */
export const OLD_NODE_MODES = ['closed', 'silent', 'dropped'] as const;
/** `closed`: connections are reset and new ones refused. `silent`: accepts, never answers. `dropped`: packets vanish. */
export type OldNodeMode = (typeof OLD_NODE_MODES)[number];

/** Who owns what right now, as the lab's administrator sees it (never through the application's endpoint). */
export interface ServerView {
  readonly shards: readonly {
    readonly shardIndex: number;
    /** Inclusive ranges; the whole range for a standalone pair. */
    readonly slots: readonly (readonly [number, number])[];
    readonly primaryNodeId: string;
    readonly replicaNodeIds: readonly string[];
    /** Configuration epoch of the primary; 0 where there is none. */
    readonly epoch: number;
  }[];
}

export interface Lab {
  readonly runDirectory: string;
  readonly profilePath: string;
  readonly profile: ConnectionProfile;
  readonly topology: Topology;
  /** `7.0.15`. */
  readonly serverVersion: string;
  /** True when the lab runs in a network namespace of its own, so that packets can be dropped for real. */
  readonly canDropPackets: boolean;

  /** Processes that are part of the deployment now (retired ones are not listed). */
  nodes(): LabNode[];
  retiredAddresses(): RetiredAddress[];
  /** Asks the nodes themselves, as administrator, all in parallel; a node that does not answer in `timeoutMs` is left out of the vote. */
  serverView(timeoutMs?: number): Promise<ServerView>;

  /**
   * Starts a fresh node for the same shard at a new address, waits until it is a replica in sync, and returns it.
   * Fast: several may be added at once.
   */
  addReplica(shardIndex: number, signal?: AbortSignal): Promise<LabNode>;
  /** `CLUSTER FAILOVER` (or its equivalent behind a single endpoint) to this replica; returns once it is the primary everywhere. */
  promote(nodeId: string, signal?: AbortSignal): Promise<void>;
  /**
   * Takes a node out for good: it leaves every node's view, its address becomes a `RetiredAddress`, and its old
   * clients meet the given mode. The caller must have moved its slots away.
   */
  retire(nodeId: string, mode: OldNodeMode): Promise<void>;
  /** SIGKILL. */
  crash(nodeId: string): Promise<void>;
  /** SIGSTOP: the kernel still accepts and acknowledges, nothing answers. */
  freeze(nodeId: string): Promise<void>;
  /** SIGCONT. */
  thaw(nodeId: string): Promise<void>;
  /** Starts a crashed node again where it was, as the replica it now has to be. */
  restart(nodeId: string): Promise<void>;
  /** Keeps a node busy with one slow script, for `durationMs`. Resolves when the script has started. */
  occupy(nodeId: string, durationMs: number): Promise<void>;
  /** What `heal` would undo now, in words (`node-3 is frozen`); empty where the lab is as it was started. */
  lastingFaults(): string[];
  /** Undoes every fault that still lasts (thaws, lets packets through, restarts what crashed, ends retired leftovers). Bounded; safe to call twice. */
  heal(): Promise<void>;
  /** Stops exactly this lab's processes, then removes the run directory unless `keep`. Safe to call twice. */
  stop(options?: { readonly keepRunDirectory?: boolean }): Promise<void>;
}

/** A line of progress, for whoever shows it. */
export type Progress = (message: string) => void;

export interface StartLabOptions {
  readonly deployment: string;
  readonly topology: Topology;
  /** Where run directories are made; the default is a per-user folder under the system's temporary directory. */
  readonly baseDirectory?: string;
  /** cluster-node-timeout of the nodes. Default 2,000: short, so that an unplanned failover can be rehearsed in seconds. */
  readonly nodeTimeoutMs?: number;
  /** Whether the lab outlives the process that starts it. A lab that does not is swept by the next command once its owner is gone. */
  readonly detached: boolean;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}
