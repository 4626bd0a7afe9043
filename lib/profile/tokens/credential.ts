/** What a login is done with: a password that stays, or a token that lives for a while. */
export interface Credential {
  /** Never written to a log, an error or a file. */
  readonly secret: string;
  /** When servers begin to refuse it, by this machine's clock, in milliseconds of the epoch. Absent: it does not expire. */
  readonly expiresAtEpochMs?: number;
  /** Milliseconds from its issue to its expiry, where the issuer says so. Tells a clock that is wrong. */
  readonly lifetimeMs?: number;
}

/** Gives the credential of this moment: for a token, a fresh one or one that still lives. */
export type CredentialReader = () => Promise<Credential>;
