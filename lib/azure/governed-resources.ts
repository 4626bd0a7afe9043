/**
 * The rules of the component, judged on resources that anybody's program registered: for teams that govern stacks centrally.
 * Pure; lib/azure/policies.ts hands it to Pulumi.
 */
import type { Problem } from '../base/problem.ts';
import { currentResourceType, GENERIC_RESOURCE_TYPE, typedInputs } from '../topology/azure-generic-resource.ts';
import type { AzureManagedRedisTopology } from '../topology/azure-managed-redis.ts';
import { AZURE_LIMITS } from '../topology/limits.ts';
import { AZURE_MANAGED_REDIS_RULES } from '../topology/rules/azure-managed-redis.ts';
import { brokenRules } from '../topology/rules/rule.ts';

export interface GovernedResource {
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
}

export interface Violation<Resource extends GovernedResource> {
  readonly resource: Resource;
  readonly problem: Problem;
}

export const CLUSTER_TYPE = 'azure-native:redisenterprise:RedisEnterprise';
export const DATABASE_TYPE = 'azure-native:redisenterprise:Database';

/** Every rule of the topology that the resources of a database break. Values that are not known yet are not judged. */
export function violationsIn<Resource extends GovernedResource>(resources: readonly Resource[]): Violation<Resource>[] {
  const all = resources.map((resource) => ({ resource, typed: typedForm(resource) }));
  const clusters = all.filter(({ typed }) => typed.type === CLUSTER_TYPE).map(({ typed }) => typed);
  return all
    .filter(({ typed }) => typed.type === DATABASE_TYPE)
    .flatMap(({ resource, typed: database }) => {
      const name = known(() => database.props.clusterName);
      const cluster = clusters.find(({ props }) => name !== undefined && known(() => props.clusterName) === name);
      return problemsOfDatabase(database, cluster).map((problem) => ({ resource, problem }));
    });
}

/** A resource as the typed one that it is: one in the generic form for a newer API version, or one whose type names its version. */
export function typedForm({ type: given, name, props }: GovernedResource): GovernedResource {
  const type = currentResourceType(given);
  const typed = type === GENERIC_RESOURCE_TYPE ? known(() => typedInputs(props)) : undefined;
  return typed === undefined
    ? { type, name, props }
    : { type: `azure-native:redisenterprise:${typed.kind}`, name, props: typed.inputs };
}

function problemsOfDatabase(database: GovernedResource, cluster: GovernedResource | undefined): Problem[] {
  const fields = { ...fieldsOfDatabase(database.props), ...(cluster && fieldsOfCluster(cluster.props)) };
  const malformed = new Set(FIELDS.filter((field) => fields[field] === undefined));
  return [
    ...brokenRules(AZURE_MANAGED_REDIS_RULES, fields as unknown as AzureManagedRedisTopology, { malformed }),
    ...bothPersisted(database.props),
  ];
}

/** What the rules may ask for. Shards and credentials are in no resource. */
const FIELDS: readonly (keyof AzureManagedRedisTopology)[] = [
  'name',
  'clusteringPolicy',
  'sku',
  'shardCount',
  'highAvailability',
  'zones',
  'port',
  'clientProtocol',
  'minimumTlsVersion',
  'authentication',
  'evictionPolicy',
  'modules',
  'persistence',
  'geoReplication',
  'deferUpgrade',
  'keyspaceEvents',
  'maintenanceWindows',
];

type Fields = { readonly [Field in keyof AzureManagedRedisTopology]?: unknown };
type Props = GovernedResource['props'];

/** What the service's own properties say in the topology's words. Left out, one has the service's default (API version 2025-07-01). */
export function fieldsOfCluster(props: Props): Fields {
  return {
    name: known(() => props.clusterName),
    sku: known(() => (props.sku as { name?: string } | undefined)?.name),
    highAvailability: known(() => props.highAvailability !== 'Disabled'),
    minimumTlsVersion: known(() => props.minimumTlsVersion ?? '1.2'),
    zones: known(() => [...((props.zones as string[] | undefined) ?? [])]),
    maintenanceWindows: known(() => windowsOf(props)),
  };
}

export function fieldsOfDatabase(props: Props): Fields {
  return {
    clusteringPolicy: known(() => props.clusteringPolicy ?? 'OSSCluster'),
    port: known(() => props.port ?? AZURE_LIMITS.port),
    clientProtocol: known(() => props.clientProtocol ?? 'Encrypted'),
    evictionPolicy: known(() => props.evictionPolicy ?? 'VolatileLRU'),
    modules: known(() => ((props.modules as { name: string }[] | undefined) ?? []).map(({ name }) => name)),
    persistence: known(() => persistenceOf(props)),
    geoReplication: known(() => geoReplicationOf(props)),
    deferUpgrade: known(() => props.deferUpgrade === 'Deferred'),
    keyspaceEvents: known(() => props.notifyKeyspaceEvents ?? ''),
  };
}

function windowsOf({ maintenanceConfiguration }: Props): unknown {
  const { maintenanceWindows = [] } = (maintenanceConfiguration ?? {}) as {
    maintenanceWindows?: { duration: string; startHourUtc: number; schedule: { dayOfWeek: string } }[];
  };
  return maintenanceWindows.map(({ duration, startHourUtc, schedule }) => ({
    dayOfWeek: schedule.dayOfWeek,
    startHourUtc,
    durationHours: Number(/^PT(\d+)H$/.exec(duration)?.[1]),
  }));
}

interface Persistence {
  readonly aofEnabled?: boolean;
  readonly rdbEnabled?: boolean;
}

function persistenceOf({ persistence }: Props): { kind: 'none' | 'aof' | 'rdb' } {
  const { aofEnabled, rdbEnabled } = (persistence ?? {}) as Persistence;
  return { kind: aofEnabled === true ? 'aof' : rdbEnabled === true ? 'rdb' : 'none' };
}

/** A member knows who was there when it joined; one more may always come. */
function geoReplicationOf({ geoReplication }: Props): unknown {
  if (geoReplication === undefined) return { kind: 'none' };
  const { groupNickname, linkedDatabases = [] } = geoReplication as { groupNickname: string; linkedDatabases?: [] };
  return { kind: 'active', groupNickname, memberCount: Math.max(2, linkedDatabases.length) };
}

function bothPersisted(props: Props): Problem[] {
  const persistence = known(() => ({ ...(props.persistence as Persistence | undefined) }));
  if (persistence?.aofEnabled !== true || persistence.rdbEnabled !== true) return [];
  const message =
    '`persistence` has both `aofEnabled` and `rdbEnabled`: a database has a log of its writes or snapshots, not both. Choose one.';
  return [{ code: 'AMR_PERSISTENCE_BOTH', message, path: 'persistence' }];
}

/** In a preview, reading a value that is not known yet throws. */
export function known<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
