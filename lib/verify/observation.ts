/**
 * What was seen of a deployment, from one place, at one time: the only thing the checks judge.
 *
 * Plain data: it survives `JSON.stringify` and back unchanged, so a saved observation can be judged again and every way
 * to fail can be written by hand in a test. It holds no secret. Nothing in it is a judgement: a refused command or an
 * unverified certificate is recorded as it came, and a check says what it means.
 */
import type { ClusterNode, SlotOwner } from '../client/cluster-view.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What came back for one question. */
export type Answer<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  /** The server's own error reply, as sent: `NOPERM this user has no permissions to run ...`. */
  | { readonly kind: 'error'; readonly message: string }
  /** No reply: never asked, or asked in vain. */
  | { readonly kind: 'silence'; readonly reason: string };

/** The steps of reaching a server, in order. */
export const STAGES = ['resolve', 'tcp', 'tls', 'authentication', 'ping'] as const;
export type Stage = (typeof STAGES)[number];

export interface ConnectionFailure {
  /** The step that failed; those before it succeeded. */
  readonly stage: Stage;
  /** `ECONNREFUSED`, `CERT_HAS_EXPIRED`, `TIMED_OUT`, `NOT_RESP`, ...; the first word of the server's error for `authentication` and `ping`. */
  readonly code: string;
  readonly message: string;
}

export interface CertificateObservation {
  readonly subject: string;
  readonly issuer: string;
  /** Names of the subject alternative name, as written: `DNS:*.redis.example`, `IP Address:10.0.0.1`. */
  readonly names: readonly string[];
  /** ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
  /** OpenSSL's verification error (`SELF_SIGNED_CERT_IN_CHAIN`, `CERT_HAS_EXPIRED`, ...); null when the chain is trusted. */
  readonly chainError: string | null;
  /** Why it does not belong to the profile's server name; null when it does. */
  readonly nameError: string | null;
}

export interface ConnectionObservation {
  readonly address: Address;
  /** Absent: connected, verified, authenticated and answered PING. */
  readonly failure?: ConnectionFailure;
  /** As presented, also when it was refused for it. Absent when the handshake did not get that far. */
  readonly certificate?: CertificateObservation;
  /** `TLSv1.3`. */
  readonly tlsVersion?: string;
}

/** One server, asked over one verified and authenticated connection. */
export interface NodeObservation {
  readonly connection: ConnectionObservation;
  /** Identifier in the cluster's views; empty for the endpoint and where the server sends none. */
  readonly nodeId: string;
  /** HELLO without arguments: `server`, `version`, `mode`, `role`. */
  readonly hello: Answer<Readonly<Record<string, string>>>;
  readonly info: Answer<Readonly<Record<string, string>>>;
  readonly clusterInfo: Answer<Readonly<Record<string, string>>>;
  readonly clusterSlots: Answer<readonly SlotOwner[]>;
  readonly clusterNodes: Answer<readonly ClusterNode[]>;
  /** Sentences about rows and lines of the views that could not be read. */
  readonly unreadable: readonly string[];
  /** Replicas only, and only where the profile reads from replicas: READONLY and then a read of a slot of its primary. */
  readonly replicaRead?: Answer<string>;
}

export interface ProtocolVersionProbe {
  /** The one version offered in the hello. */
  readonly version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** `not-offered`: this machine's TLS library could not even send the hello. */
  readonly outcome: 'accepted' | 'refused' | 'not-offered' | 'no-answer';
  readonly detail: string;
}

export interface PlaintextProbe {
  /** What a PING without TLS met on the endpoint's port. */
  readonly outcome: 'answered' | 'closed' | 'not-resp' | 'no-answer' | 'not-connected';
  /** The first bytes that came back, printable, or how it ended. */
  readonly detail: string;
}

/** A connection with no credential, or with a wrong one, that tried a few harmless reads. */
export interface CredentialProbe {
  /** Reply to AUTH; absent where none was sent. */
  readonly authentication?: Answer<string>;
  /** What the reads met, by command: `PING`, `DBSIZE`. */
  readonly commands: readonly { readonly command: string; readonly answer: Answer<string> }[];
}

export interface AdminCommandProbe {
  /** As sent, harmless also where it is allowed: `DEBUG SLEEP 0`. */
  readonly command: string;
  /** `ran`: the command itself was reached, with or without success. `unclear`: an error that says neither. */
  readonly outcome: 'refused' | 'ran' | 'unclear' | 'no-answer';
  readonly reply: string;
}

/** Reads of keys that do not exist, spread over the slots, sent to the endpoint on one connection. */
export interface RoutingProbe {
  readonly asked: number;
  readonly answered: number;
  readonly moved: number;
  /** Error replies other than MOVED, each text once. */
  readonly otherErrors: readonly string[];
  /** The first MOVED, as sent. */
  readonly movedExample?: string;
}

/** One same-slot two-key DEL of keys that do not exist, on each of several fresh connections (see client-mode). */
export interface FreshConnectionProbe {
  /** Asked instead, because the user may not DEL. It says less: whether a service that answers MOVED does so to reads is not known. */
  readonly command?: 'EXISTS';
  readonly connections: number;
  readonly answered: number;
  readonly moved: number;
}

export interface CrossSlotProbe {
  /** Lower case, as in the profile: `mget`; `multi` for a transaction. */
  readonly command: string;
  /** `crossed`: it ran over two slots. `refused`: CROSSSLOT. `not-allowed`: not to this user. `other`: an error that says none of it. */
  readonly outcome: 'crossed' | 'refused' | 'not-allowed' | 'other' | 'no-answer';
  readonly reply: string;
}

/** One script that writes, reads and removes two keys of one hash tag; in a secondary region, one that only reads them. */
export interface LuaProbe {
  /** Where it ran: the primary's address, or the endpoint where the topology is hidden. */
  readonly place: string;
  readonly slot: number;
  readonly answer: Answer<string>;
}

/** A DEL of a key that does not exist: a server that takes no writes refuses it, and nothing is changed by it. */
export interface WriteProbe {
  readonly place: string;
  readonly answer: Answer<string>;
}

export interface Observation {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** How long each single question could take before it counted as silence. */
  readonly askTimeoutMs: number;
  /** The profile's endpoint, asked the way an application starts. */
  readonly endpoint: NodeObservation;
  /** Every node that the endpoint's views announce, asked at the announced address. Empty where there are none. */
  readonly nodes: readonly NodeObservation[];
  /** The profile's reader endpoint, its certificate verified against its own name; absent where the profile has none. */
  readonly reader?: NodeObservation;
  readonly protocolVersions: readonly ProtocolVersionProbe[];
  readonly plaintext: PlaintextProbe;
  readonly withoutCredential: CredentialProbe;
  readonly withWrongCredential: CredentialProbe;
  readonly adminCommands: readonly AdminCommandProbe[];
  readonly routing: RoutingProbe;
  /** Asked only where single-key commands cannot tell: no cluster protocol seen, or one shard. */
  readonly freshConnections?: FreshConnectionProbe;
  readonly crossSlot: readonly CrossSlotProbe[];
  readonly lua: readonly LuaProbe[];
  /** Of every server that a client writes to; asked only of a secondary of a Global Datastore, which must refuse. */
  readonly writes?: readonly WriteProbe[];
}
