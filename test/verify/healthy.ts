/** Hand-written observations of deployments in which everything is as it should be, for tests to damage. */
import type { ClusterNode, SlotOwner } from '../../lib/client/cluster-view.ts';
import type { ConnectionProfile } from '../../lib/profile/profile.ts';
import { evenSlotRanges } from '../../lib/topology/slot.ts';
import type { Answer, NodeObservation, Observation } from '../../lib/verify/observation.ts';
import { ADMIN_COMMANDS } from '../../lib/verify/observe/admin-commands.ts';
import { CROSS_SLOT_COMMANDS } from '../../lib/verify/observe/cross-slot.ts';

/** The same with nothing read-only, however deep. */
export type Draft<Type> =
  Type extends ReadonlyMap<unknown, unknown>
    ? Type
    : Type extends object
      ? { -readonly [Key in keyof Type]: Draft<Type[Key]> }
      : Type;

export const STARTED_AT = '2026-06-01T12:00:00.000Z';
export const SERVER_NAME = 'clustercfg.shop.cache.test';
const SHARDS = 3;
const ranges = evenSlotRanges(SHARDS);

export function clusterProfile(): Draft<ConnectionProfile> {
  return {
    schemaVersion: 1,
    deployment: 'shop',
    platform: 'elasticache',
    clientMode: 'cluster',
    endpoint: { host: SERVER_NAME, port: 6379 },
    tls: { serverName: SERVER_NAME, caFile: '/etc/redoubt/authority.pem', minimumVersion: 'TLSv1.2' },
    authentication: { userName: 'application', secret: { kind: 'environment', variable: 'REDIS_PASSWORD' } },
    crossSlotCommands: 'none',
    replicaReads: 'never',
    nameResolution: { kind: 'system' },
    expected: { shardCount: SHARDS, replicasPerShard: 1 },
  };
}

export function enterpriseProfile(): Draft<ConnectionProfile> {
  return {
    ...clusterProfile(),
    platform: 'azure-managed-redis',
    clusteringPolicy: 'EnterpriseCluster',
    clientMode: 'single',
    crossSlotCommands: ['del', 'mset', 'mget', 'exists', 'unlink', 'touch'],
  };
}

export const nodeId = (index: number) => String.fromCharCode(97 + index).repeat(40);
const nodeHost = (index: number) => `node-${index + 1}.shop.cache.test`;

/** Nodes 0 to 2 are the primaries, 3 to 5 their replicas in the same order. */
function slotOwners(): SlotOwner[] {
  return ranges.map((slots, shard) => ({
    slots,
    primary: { host: nodeHost(shard), port: 6379, nodeId: nodeId(shard), alternatives: [] },
    replicas: [{ host: nodeHost(shard + SHARDS), port: 6379, nodeId: nodeId(shard + SHARDS), alternatives: [] }],
  }));
}

function clusterNodes(myself: number): ClusterNode[] {
  return Array.from({ length: 2 * SHARDS }, (_, index) => {
    const isPrimary = index < SHARDS;
    return {
      nodeId: nodeId(index),
      host: `10.0.0.${index + 1}`,
      port: 6379,
      busPort: 16379,
      hostname: nodeHost(index),
      flags: [...(index === myself ? ['myself'] : []), isPrimary ? 'master' : 'slave'],
      role: isPrimary ? 'primary' : 'replica',
      primaryNodeId: isPrimary ? '' : nodeId(index - SHARDS),
      configEpoch: (index % SHARDS) + 1,
      linkState: 'connected',
      slots: isPrimary ? [ranges[index] as [number, number]] : [],
      movingSlots: [],
    };
  });
}

const value = <Value>(given: Value): Answer<Value> => ({ kind: 'value', value: given });

export const CERTIFICATE = {
  subject: 'CN=*.shop.cache.test',
  issuer: 'CN=Shop authority',
  names: ['DNS:*.shop.cache.test'],
  validFrom: '2026-05-01T00:00:00.000Z',
  validTo: '2026-12-01T00:00:00.000Z',
  chainError: null,
  nameError: null,
};

function server(host: string, id: string, position: number): NodeObservation {
  const isPrimary = position < SHARDS;
  return {
    connection: { address: { host, port: 6379 }, certificate: CERTIFICATE, tlsVersion: 'TLSv1.3' },
    nodeId: id,
    hello: value({ server: 'redis', version: '7.0.15', mode: 'cluster', role: isPrimary ? 'master' : 'replica' }),
    info: value({
      redis_version: '7.0.15',
      redis_mode: 'cluster',
      cluster_enabled: '1',
      ...(isPrimary
        ? { role: 'master', connected_slaves: '1', slave0: 'ip=10.0.0.4,port=6379,state=online,offset=14,lag=1' }
        : { role: 'slave', master_link_status: 'up', master_sync_in_progress: '0', master_last_io_seconds_ago: '1' }),
    }),
    clusterInfo: value({
      cluster_state: 'ok',
      cluster_slots_assigned: '16384',
      cluster_slots_ok: '16384',
      cluster_slots_pfail: '0',
      cluster_slots_fail: '0',
      cluster_known_nodes: '6',
      cluster_size: '3',
    }),
    clusterSlots: value(slotOwners()),
    clusterNodes: value(clusterNodes(position)),
    unreadable: [],
  };
}

/** Three shards of one primary and one replica, behind a configuration endpoint that leads to the first primary. */
export function healthyCluster(): Draft<Observation> {
  const observation: Observation = {
    startedAt: STARTED_AT,
    durationMs: 60,
    askTimeoutMs: 5_000,
    endpoint: server(SERVER_NAME, '', 0),
    nodes: Array.from({ length: 2 * SHARDS }, (_, index) => server(nodeHost(index), nodeId(index), index)),
    ...doorkeeping(),
    routing: { asked: 3, answered: 1, moved: 2, otherErrors: [], movedExample: 'MOVED 8191 10.0.0.2:6379' },
    crossSlot: CROSS_SLOT_COMMANDS.map(({ name }) => ({
      command: name,
      outcome: 'refused',
      reply: "CROSSSLOT Keys in request don't hash to the same slot",
    })),
    lua: ranges.map(([slot], shard) => ({
      place: `${nodeHost(shard)}:6379`,
      slot,
      answer: value('both keys read back'),
    })),
  };
  return structuredClone(observation) as Draft<Observation>;
}

/** One endpoint in front of shards that nobody sees. */
export function healthyEnterprise(): Draft<Observation> {
  const endpoint = server(SERVER_NAME, '', 0);
  const refused = { kind: 'error', message: "ERR command is not allowed: 'cluster'" } as const;
  const observation: Observation = {
    ...healthyCluster(),
    endpoint: {
      ...endpoint,
      hello: value({ server: 'redis', version: '7.4.3', mode: 'standalone', role: 'master' }),
      info: value({ redis_version: '7.4.3', redis_mode: 'standalone', cluster_enabled: '0', role: 'master' }),
      clusterInfo: refused,
      clusterSlots: refused,
      clusterNodes: refused,
    },
    nodes: [],
    routing: { asked: 32, answered: 32, moved: 0, otherErrors: [] },
    freshConnections: { connections: 16, answered: 16, moved: 0 },
    crossSlot: CROSS_SLOT_COMMANDS.map(({ name }) =>
      ['del', 'mget', 'exists', 'unlink', 'touch'].includes(name)
        ? { command: name, outcome: 'crossed', reply: '0' }
        : { command: name, outcome: 'refused', reply: "CROSSSLOT Keys in request don't hash to the same slot" },
    ),
  };
  return structuredClone(observation) as Draft<Observation>;
}

export const READER_NAME = 'replica.shop.cache.test';

export function singleProfile(): Draft<ConnectionProfile> {
  return {
    ...clusterProfile(),
    clientMode: 'single',
    readerEndpoint: { host: READER_NAME, port: 6379 },
    crossSlotCommands: 'all',
    expected: { shardCount: 1, replicasPerShard: 1 },
  };
}

/** A primary with one replica, each behind a name: ElastiCache without cluster mode. */
export function healthySingle(): Draft<Observation> {
  const none = { kind: 'error', message: 'ERR This instance has cluster support disabled' } as const;
  const alone = (host: string, position: number): NodeObservation => {
    const { info, ...rest } = server(host, '', position);
    const told = info.kind === 'value' ? info.value : {};
    return {
      ...rest,
      hello: value({
        server: 'redis',
        version: '7.0.15',
        mode: 'standalone',
        role: position === 0 ? 'master' : 'replica',
      }),
      info: value({ ...told, redis_mode: 'standalone', cluster_enabled: '0' }),
      clusterInfo: none,
      clusterSlots: none,
      clusterNodes: none,
    };
  };
  const observation: Observation = {
    ...healthyCluster(),
    endpoint: alone(SERVER_NAME, 0),
    reader: alone(READER_NAME, SHARDS),
    nodes: [],
    routing: { asked: 32, answered: 32, moved: 0, otherErrors: [] },
    freshConnections: { connections: 16, answered: 16, moved: 0 },
    crossSlot: CROSS_SLOT_COMMANDS.map(({ name }) => ({ command: name, outcome: 'crossed', reply: '0' })),
  };
  return structuredClone(observation) as Draft<Observation>;
}

/** A region that copies another one: its two nodes are a chain behind the other region's primary, and refuse writes. */
export function healthySecondary(): Draft<Observation> {
  const observation = healthySingle();
  const told = (node: Draft<NodeObservation> | undefined, info: Record<string, string>) => {
    if (node?.info.kind === 'value') node.info.value = { ...node.info.value, ...info };
  };
  const link = {
    role: 'slave',
    master_link_status: 'up',
    master_sync_in_progress: '0',
    master_last_io_seconds_ago: '1',
  };
  told(observation.endpoint, { ...link, master_host: '10.1.0.1', master_port: '6379', run_id: 'a'.repeat(40) });
  const chained = { master_host: '10.0.0.1', master_port: '6379', connected_slaves: '0', run_id: 'b'.repeat(40) };
  told(observation.reader, { ...link, ...chained });
  observation.writes = [
    {
      place: `${SERVER_NAME}:6379`,
      answer: { kind: 'error', message: "READONLY You can't write against a read only replica." },
    },
  ];
  return observation;
}

export function secondaryProfile(): Draft<ConnectionProfile> {
  const profile = singleProfile();
  return { ...profile, expected: { ...profile.expected, globalRole: 'secondary' } };
}

type Doorkeeping = Pick<
  Observation,
  'protocolVersions' | 'plaintext' | 'withoutCredential' | 'withWrongCredential' | 'adminCommands'
>;

function doorkeeping(): Doorkeeping {
  const refused = { kind: 'error', message: 'NOAUTH Authentication required.' } as const;
  const commands = ['PING', 'DBSIZE'].map((command) => ({ command, answer: refused }));
  return {
    protocolVersions: [
      { version: 'TLSv1.1', outcome: 'refused', detail: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: alert number 70' },
      { version: 'TLSv1.2', outcome: 'accepted', detail: 'The handshake ended in TLSv1.2.' },
    ],
    plaintext: { outcome: 'closed', detail: 'The server closed the connection.' },
    withoutCredential: { commands },
    withWrongCredential: {
      authentication: { kind: 'error', message: 'WRONGPASS invalid username-password pair or user is disabled.' },
      commands,
    },
    adminCommands: ADMIN_COMMANDS.map(({ words }) => ({
      command: words.join(' '),
      outcome: 'refused',
      reply: `ERR unknown command '${words[0]}'`,
    })),
  };
}
