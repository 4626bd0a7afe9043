/**
 * What an error of a Redis client library says about the command it rejected: surely not applied (`fail`), or perhaps
 * applied (`unknown`). Knows ioredis and @redis/client; whatever is in no row of the table is `unknown`, because a
 * report that calls an applied write failed is worse than one that does not know.
 */

/** `ok`: answered. `fail`: surely not applied. `unknown`: may have been applied. */
export const CLIENT_OUTCOMES = ['ok', 'fail', 'unknown'] as const;
export type ClientOutcome = (typeof CLIENT_OUTCOMES)[number];

interface Row {
  readonly outcome: 'fail' | 'unknown';
  /** Constructor name, or the `name` property where a library sets it; absent: any. */
  readonly name?: RegExp;
  /** Absent: any message, the empty one included. */
  readonly message?: RegExp;
  readonly because: string;
}

/** The first row that fits decides. Exported so that a test can hold every row to an example. */
export const OUTCOME_TABLE: readonly Row[] = [
  { outcome: 'unknown', name: /^OutcomeUnknownError$/, because: 'this client says so' },
  { outcome: 'fail', name: /^NotAppliedError$/, because: 'this client says so' },

  // A chain of redirections may contain an attempt that was written and lost; only the last error is in the text.
  {
    outcome: 'unknown',
    message: /^Too many Cluster redirections/,
    because: 'an earlier attempt may have been written to a connection that was lost',
  },
  {
    outcome: 'unknown',
    name: /^MaxRetriesPerRequestError$/,
    because: 'the command may have been written before the reconnects',
  },

  // The server answered: an error reply to a single command means that it was not applied...
  {
    outcome: 'unknown',
    name: /^(ReplyError|SimpleError|BlobError|ErrorReply)$/,
    message: /^UNBLOCKED /,
    because: 'a blocking command was ended by the server',
  },
  {
    outcome: 'unknown',
    name: /^(ReplyError|SimpleError|BlobError|ErrorReply)$/,
    message: /^(ERR Error running script|ERR user_script|ERR .* script: )/i,
    because: 'a script keeps what it wrote before its error',
  },
  {
    outcome: 'unknown',
    name: /^(ReplyError|SimpleError|BlobError|ErrorReply)$/,
    message: /^(TIMEOUT|ERR .*time-?out|ERR .*timed out|NOGOODSLAVE|WAITFAILED)/i,
    because: 'a proxy gave up waiting for a shard that may have applied it',
  },
  { outcome: 'fail', name: /^(ReplyError|SimpleError|BlobError|ErrorReply)$/, because: 'the server refused it' },
  // ...and the texts that matter are recognised under any class, because wrappers change it.
  { outcome: 'fail', message: /^(MOVED|ASK) \d+ /, because: 'the node does not own the slot' },
  {
    outcome: 'fail',
    message:
      /^(CLUSTERDOWN|TRYAGAIN|CROSSSLOT|LOADING|READONLY|MASTERDOWN|NOREPLICAS|MISCONF|OOM|NOAUTH|WRONGPASS|NOPERM|EXECABORT|BUSY|NOSCRIPT|WRONGTYPE) ?/,
    because: 'the server refused it',
  },
  { outcome: 'unknown', name: /^MultiErrorReply$/, because: 'some commands of the transaction were applied' },
  { outcome: 'fail', name: /^WatchError$/, because: 'the transaction was not executed' },

  // Never connected, so never sent.
  {
    outcome: 'fail',
    message: /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)\b/,
    because: 'no connection was made',
  },
  { outcome: 'fail', message: /^connect ETIMEDOUT/, because: 'no connection was made' },
  {
    outcome: 'fail',
    message:
      /ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate's altnames|altname|self[- ]signed certificate|unable to (get|verify) .*certificate|certificate has expired/i,
    because: 'no connection was made',
  },
  {
    outcome: 'fail',
    name: /^(ConnectionTimeoutError|RootNodesUnavailableError|ClientOfflineError|ReconnectStrategyError)$/,
    because: 'no connection was made',
  },
  { outcome: 'fail', name: /^CommandTimeoutDuringMaintenanceError$/, because: 'it waited to be written and was not' },
  {
    outcome: 'fail',
    message:
      /^(None of startup nodes is available|Failed to refresh slots cache\.|Cluster isn't ready and enableOfflineQueue options is false|Stream isn't writeable and enableOfflineQueue options is false|Cluster is ended\.)/,
    because: 'no node was there to send it to',
  },
  { outcome: 'fail', name: /^ClientClosedError$/, because: 'the client was closed before the command was taken' },
  {
    outcome: 'fail',
    message: /^The client is (closed|offline)$/,
    because: 'the client was closed before the command was taken',
  },
  {
    outcome: 'fail',
    message:
      /^(All the keys in a pipeline command should belong to the same slot|All keys in the pipeline should belong to the same slots allocation group|Connection in subscriber mode)/,
    because: 'the library refused to send it',
  },

  // Written, or perhaps written, and never answered.
  {
    outcome: 'unknown',
    message: /^Connection is closed\.?$/,
    because: 'the library says the same for written and for waiting commands',
  },
  {
    outcome: 'unknown',
    message: /^Command aborted due to connection close$/,
    because: 'the connection was lost after it was written',
  },
  { outcome: 'unknown', message: /^Command timed out$/, because: 'it may have been written' },
  { outcome: 'unknown', message: /^Socket timeout/, because: 'written, not answered' },
  {
    outcome: 'unknown',
    name: /^(SocketClosedUnexpectedlyError|SocketTimeoutError|SocketTimeoutDuringMaintenanceError|TimeoutError|DisconnectsClientError|AbortError)$/,
    because: 'it may have been written',
  },
  {
    outcome: 'unknown',
    message: /\b(ECONNRESET|EPIPE|ETIMEDOUT|ECONNABORTED)\b/,
    because: 'the connection was lost after it was made',
  },
];

/** `fail` only when the table is sure of it. */
export function outcomeOfError(error: unknown): 'fail' | 'unknown' {
  if (!(error instanceof Error)) return 'unknown';
  const names = [error.constructor.name, error.name];
  const message = messageWithCode(error);
  const row = OUTCOME_TABLE.find(
    (candidate) =>
      (candidate.name === undefined || names.some((name) => candidate.name?.test(name))) &&
      (candidate.message === undefined || candidate.message.test(message)),
  );
  return row?.outcome ?? 'unknown';
}

/** Node puts the reason in `code` and sometimes leaves the message empty (an AggregateError of several addresses). */
function messageWithCode(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === '' || error.message.includes(code)) return error.message;
  return error.message === '' ? code : `${error.message} ${code}`;
}
