/** A client library under load, as the generator sees it. */
import type { ConnectionProfile } from '../../profile/profile.ts';
import type { ClientName } from '../scenario.ts';

export interface LoadClient {
  /** Library, version and the settings that matter, one line, for the report. */
  readonly description: string;
  /** Resolves when every shard can be used. */
  connect(): Promise<void>;
  set(key: string, value: string, expiryMs: number): Promise<unknown>;
  incr(key: string): Promise<unknown>;
  /** Cuts every connection at once; never waits for a peer, because the peer may be the one that is silent. */
  destroy(): void;
}

/** One way to use a client library, in a file of its own beside this one. */
export interface LoadClientKind {
  readonly name: ClientName;
  readonly create: (profile: ConnectionProfile) => Promise<LoadClient>;
}
