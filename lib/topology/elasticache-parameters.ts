/**
 * Parameters of a parameter group: which there are, in which family, and with which values.
 * Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html, version by version. The page is not
 * known to name every parameter, so a name that is not here is no error.
 */

interface Values {
  readonly takes: (value: string) => boolean;
  /** For the middle of a sentence: `a whole number from 1 to 64`. */
  readonly text: string;
}

export interface Parameter {
  readonly values: Values;
  /** "Modifiable: No", also not for a group of one's own. */
  readonly fixed?: true;
  /** First and last major version whose family has it; absent for all. Valkey 7.2 has what Redis OSS 7 has. */
  readonly since?: number;
  readonly until?: number;
  /** What there is in its place. */
  readonly instead?: string;
}

function whole(min: number, max = Number.POSITIVE_INFINITY): Values {
  const takes = (value: string) => /^-?\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max;
  const text = `a whole number ${Number.isFinite(max) ? `from ${min} to ${max}` : `of ${min} or more`}`;
  return { takes, text };
}

function oneOf(...words: string[]): Values {
  return { takes: (value) => words.includes(value), text: words.map((word) => `"${word}"`).join(' or ') };
}

const YES_OR_NO = oneOf('yes', 'no');
const ANYTHING: Values = { takes: () => true, text: 'any text' };
const COUNT = whole(0);
const FIXED: Parameter = { values: ANYTHING, fixed: true };
const IS_REPLICA = (name: string): Parameter => ({ values: ANYTHING, fixed: true, until: 0, instead: name });

/** The letters of Redis OSS and Valkey: https://valkey.io/topics/notifications; `t`, `m`, `n` and `d` came after the page was written. */
const KEYSPACE_EVENTS: Values = {
  takes: (value) => /^[KEg$lshzxetmndA]*$/.test(value),
  text: 'letters of "KEg$lshzxetmndA"',
};

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html: "1-19 – invalid values" */
const IDLE_SECONDS: Values = {
  takes: (value) => value === '0' || whole(20).takes(value),
  text: '0, or a whole number of 20 or more',
};

export const PARAMETERS: Readonly<Record<string, Parameter>> = {
  'acl-pubsub-default': { values: oneOf('resetchannels', 'allchannels') },
  'acllog-max-len': { values: COUNT },
  'active-defrag-cycle-max': { values: whole(1, 75) },
  'active-defrag-cycle-min': { values: whole(1, 75) },
  'active-defrag-ignore-bytes': { values: whole(10_485_760, 104_857_600) },
  'active-defrag-max-scan-fields': { values: whole(1, 1_000_000) },
  'active-defrag-threshold-lower': { values: whole(1, 100) },
  'active-defrag-threshold-upper': { values: whole(1, 100) },
  'active-expire-effort': { values: whole(1, 10) },
  activedefrag: { values: YES_OR_NO },
  activerehashing: { values: YES_OR_NO, until: 6 },
  appendfsync: FIXED,
  appendonly: FIXED,
  'client-output-buffer-limit-normal-hard-limit': { values: COUNT },
  'client-output-buffer-limit-normal-soft-limit': { values: COUNT },
  'client-output-buffer-limit-normal-soft-seconds': { values: COUNT },
  'client-output-buffer-limit-pubsub-hard-limit': { values: COUNT },
  'client-output-buffer-limit-pubsub-soft-limit': { values: COUNT },
  'client-output-buffer-limit-pubsub-soft-seconds': { values: COUNT },
  'client-output-buffer-limit-replica-hard-limit': FIXED,
  'client-output-buffer-limit-replica-soft-limit': FIXED,
  'client-output-buffer-limit-replica-soft-seconds': FIXED,
  'client-query-buffer-limit': { values: whole(1_048_576, 1_073_741_824) },
  'close-on-replica-write': { values: YES_OR_NO },
  'close-on-slave-write': IS_REPLICA('close-on-replica-write'),
  'cluster-allow-pubsubshard-when-down': { values: YES_OR_NO, since: 7 },
  'cluster-allow-reads-when-down': { values: YES_OR_NO },
  'cluster-databases': { values: whole(1, 10_000), since: 9 },
  'cluster-enabled': { values: YES_OR_NO },
  'cluster-preferred-endpoint-type': { values: oneOf('ip', 'tls-dynamic'), since: 7 },
  'cluster-require-full-coverage': { values: YES_OR_NO },
  'commandlog-large-reply-max-len': { values: whole(0, 1024), since: 8 },
  'commandlog-large-request-max-len': { values: whole(0, 1024), since: 8 },
  'commandlog-reply-larger-than': { values: whole(-1), since: 8 },
  'commandlog-request-larger-than': { values: whole(-1), since: 8 },
  databases: { values: whole(1) },
  'extended-redis-compatibility': { values: YES_OR_NO, since: 8 },
  'hash-max-listpack-entries': { values: COUNT, since: 7 },
  'hash-max-listpack-value': { values: COUNT, since: 7 },
  'hash-max-ziplist-entries': { values: COUNT, until: 6, instead: 'hash-max-listpack-entries' },
  'hash-max-ziplist-value': { values: COUNT, until: 6, instead: 'hash-max-listpack-value' },
  'hll-sparse-max-bytes': { values: COUNT },
  'latency-tracking': { values: YES_OR_NO, since: 7 },
  'lazyfree-lazy-eviction': { values: YES_OR_NO, until: 7 },
  'lazyfree-lazy-expire': { values: YES_OR_NO, until: 7 },
  'lazyfree-lazy-server-del': { values: YES_OR_NO, until: 7 },
  'lazyfree-lazy-user-del': { values: YES_OR_NO, until: 7 },
  'lfu-decay-time': { values: COUNT },
  'lfu-log-factor': { values: COUNT },
  'list-compress-depth': { values: COUNT },
  'list-max-ziplist-size': { values: ANYTHING, until: 6 },
  'lua-replicate-commands': { values: YES_OR_NO, until: 5 },
  'lua-time-limit': FIXED,
  maxclients: FIXED,
  maxmemory: FIXED,
  'maxmemory-policy': { values: ANYTHING },
  'maxmemory-samples': { values: whole(1, 64) },
  'min-replicas-max-lag': { values: COUNT },
  'min-replicas-to-write': { values: COUNT },
  'min-slaves-max-lag': IS_REPLICA('min-replicas-max-lag'),
  'min-slaves-to-write': IS_REPLICA('min-replicas-to-write'),
  'notify-keyspace-events': { values: KEYSPACE_EVENTS },
  'proto-max-bulk-len': { values: whole(1_048_576, 536_870_912) },
  'rename-commands': { values: ANYTHING },
  'repl-backlog-size': { values: whole(16_384) },
  'repl-backlog-ttl': { values: COUNT },
  'repl-timeout': FIXED,
  'replica-allow-chaining': FIXED,
  'replica-ignore-maxmemory': FIXED,
  'replica-lazy-flush': FIXED,
  'reserved-memory': { values: COUNT },
  'reserved-memory-percent': { values: whole(0, 100) },
  'search-default-timeout-ms': { values: whole(1, 60_000), since: 8 },
  'search-enable-partial-results': { values: YES_OR_NO, since: 8 },
  'search-fanout-target-mode': { values: oneOf('client', 'throughput'), since: 8 },
  'set-max-intset-entries': { values: COUNT },
  'slowlog-log-slower-than': { values: whole(-1) },
  'slowlog-max-len': { values: COUNT },
  'stream-node-max-bytes': { values: COUNT },
  'stream-node-max-entries': { values: COUNT },
  'tcp-keepalive': { values: COUNT },
  timeout: { values: IDLE_SECONDS },
  'tracking-table-max-keys': { values: COUNT },
  'zset-max-listpack-entries': { values: COUNT, since: 7 },
  'zset-max-listpack-value': { values: COUNT, since: 7 },
  'zset-max-ziplist-entries': { values: COUNT, until: 6, instead: 'zset-max-listpack-entries' },
  'zset-max-ziplist-value': { values: COUNT, until: 6, instead: 'zset-max-listpack-value' },
};

/** Undefined for a name that the page does not have. */
export function tryParameter(name: string): Parameter | undefined {
  return Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
}

/** Whether the family of this version has it. */
export function isInFamily({ since = 0, until = Number.POSITIVE_INFINITY }: Parameter, engineVersion: string): boolean {
  const major = Number(engineVersion.split('.')[0]);
  return Number.isNaN(major) || (major >= since && major <= until);
}
