/**
 * What one drill recorded: every operation of every client, every server-side event, and the ledger read at the end.
 * Saved beside the report, so that it can be judged again. The judge is a pure function of this.
 *
 * All times are milliseconds since the drill's own zero (`startedAtEpochMs`), from one clock: every process converts
 * with `performance.timeOrigin`.
 */
import type { OldNodeMode } from '../lab/lab.ts';
import type { ClientName, Order, ScenarioName } from './scenario.ts';

/**
 * `fail`: surely not applied (refused, MOVED loop, CLUSTERDOWN). `unknown`: may have been applied (time-out or reset after
 * it was sent). `unanswered`: neither answered nor failed when the drill ended.
 */
export const OUTCOMES = ['ok', 'fail', 'unknown', 'unanswered'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** SET writes a value that no other operation writes; INCR raises a counter of its own, so 2 means "applied twice". */
export type OperationKind = 'set' | 'incr';

export interface Operation {
  /** Counts from 0 within a client. */
  readonly sequence: number;
  readonly kind: OperationKind;
  readonly shardIndex: number;
  /** When the open-loop schedule wanted it sent. Latency counts from here. */
  readonly intendedMs: number;
  /** When it was really handed to the client library. */
  readonly sentMs: number;
  /** When it was answered or failed; absent when unanswered. */
  readonly settledMs?: number;
  readonly outcome: Outcome;
  /** Index into the client's `errors` table; absent for ok and unanswered. */
  readonly errorIndex?: number;
}

/** What the ledger found for an operation's key after the drill, read with the application's rights over a fresh connection. */
export interface LedgerEntry {
  readonly sequence: number;
  /** SET: 1 when the key holds the operation's own value, 0 when not. INCR: the counter's value (0 when the key is gone). */
  readonly applied: number;
}

/** A connection attempt the client process made. */
export interface Dial {
  readonly atMs: number;
  readonly host: string;
  readonly port: number;
}

export interface ClientHistory {
  readonly name: ClientName;
  /** Versions and settings that matter, one line. */
  readonly description: string;
  readonly operations: readonly Operation[];
  /** Distinct errors, as `name: message` without volatile parts. */
  readonly errors: readonly string[];
  readonly dials: readonly Dial[];
  /** Absent when the ledger could not be read; the judge then answers `unknown` for lost and doubled writes. */
  readonly ledger?: readonly LedgerEntry[];
  /** Set when the client's process could not run to its end; the judge then answers `unknown`. */
  readonly broken?: string;
}

/** One maintenance step on one shard, as the outside observer saw it. */
export interface FaultRecord {
  readonly shardIndex: number;
  /** When the drill injected it (for a planned replacement: when the fail-over was asked for; for crash and freeze: the signal). */
  readonly injectedMs: number;
  /** When a majority of live nodes first named another primary for the shard's slots; absent: never seen. */
  readonly promotedMs?: number;
  /** When the old node met its end (closed, silenced, dropped, signalled). */
  readonly oldNodeGoneMs?: number;
  readonly oldPrimary: { readonly host: string; readonly port: number; readonly epoch: number };
  readonly newPrimary?: { readonly host: string; readonly port: number; readonly epoch: number };
}

/** What a cloud was asked for during the drill, and what it said when it was done. */
export interface OperationRecord {
  /** `TestFailover of node group 0001`. */
  readonly what: string;
  /** Where it concerns one shard. */
  readonly shardIndex?: number;
  /** When the cloud had accepted it. */
  readonly requestedMs: number;
  /** When the cloud said that it was complete; absent: it never did. */
  readonly completedMs?: number;
  /** The cloud's own words that show it. */
  readonly evidence?: string;
}

/** A line on the timeline: `shard 1: 127.0.0.1:8503 replaced by 127.0.0.1:8507`. */
export interface TimelineEvent {
  readonly atMs: number;
  readonly kind: 'phase' | 'fault' | 'promotion' | 'heal' | 'note';
  readonly text: string;
}

/** What the deployment's administrator saw of the servers themselves, outside every client. */
export interface ServerSight {
  readonly atMs: number;
  /** Slots that have a primary, of 16,384. */
  readonly slotsCovered: number;
  readonly nodes: readonly {
    readonly host: string;
    readonly port: number;
    readonly shardIndex: number;
    readonly role: 'primary' | 'replica';
  }[];
}

/**
 * What became of the sign that keeps other drills away. `taken`: another drill has put up its own. `lost`: it was gone, and was put up
 * again. `not-renewed`: the servers refused to renew it, so that it may have been gone since it expired.
 */
export const CLAIM_TROUBLES = ['taken', 'lost', 'not-renewed'] as const;

export interface ClaimTrouble {
  readonly kind: (typeof CLAIM_TROUBLES)[number];
  /** A sentence. */
  readonly message: string;
}

export interface DrillHistory {
  readonly schemaVersion: 1;
  readonly deployment: string;
  readonly scenario: ScenarioName;
  readonly oldNode?: OldNodeMode;
  readonly order?: Order;
  readonly seed: number;
  readonly serverVersion: string;
  readonly startedAtEpochMs: number;
  readonly shardCount: number;
  /** Operations a second of each client, as asked for. */
  readonly ratePerSecond: number;
  /** Load without a fault before the first injection: the steady state that the fault is compared with. */
  readonly warmUpMs: number;
  /** From here on no new operation was scheduled. */
  readonly loadEndedMs: number;
  /** Then the drill waited this long for answers before it called the rest unanswered. */
  readonly drainMs: number;
  readonly events: readonly TimelineEvent[];
  readonly faults: readonly FaultRecord[];
  /** Absent where no cloud was asked for anything. */
  readonly operations?: readonly OperationRecord[];
  /** Addresses that no member had at the end although one had them at the start or in between. */
  readonly retiredAddresses: readonly { readonly host: string; readonly port: number; readonly retiredMs: number }[];
  /** Why the scenario could not be carried through; the judge then answers `unknown`. */
  readonly incomplete?: string;
  /** Absent: other drills were kept away all the time. */
  readonly claim?: readonly ClaimTrouble[];
  /** The servers before the first fault, and after the watch but before anything was healed. Absent: they could not be asked. */
  readonly server?: { readonly before: ServerSight; readonly after: ServerSight };
  readonly clients: readonly ClientHistory[];
}
