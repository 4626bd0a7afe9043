/** What exists held against what was declared: every difference a sentence, all at once. Pure. */
import type { GetDatabaseResult } from '@pulumi/azure-native/redisenterprise/getDatabase.js';
import type { GetRedisEnterpriseResult } from '@pulumi/azure-native/redisenterprise/getRedisEnterprise.js';
import type { Problem } from '../../base/problem.ts';
import type { AzureManagedRedisTopology } from '../../topology/azure-managed-redis.ts';
import { type AzureResourceId, isSameId } from '../../topology/azure-resource-id.ts';
import { fieldsOfCluster, fieldsOfDatabase } from '../governed-resources.ts';

/** The service's answers; any property may be missing. */
export interface FoundRedis {
  readonly cluster: Partial<GetRedisEnterpriseResult>;
  readonly database: Partial<GetDatabaseResult>;
}

export interface ExpectedRedis {
  readonly id: AzureResourceId;
  readonly topology: AzureManagedRedisTopology;
  /** Fields of the topology that are compared. */
  readonly compared: readonly ComparedField[];
  /** `used-by-others`: on or off, it is nobody's business here. */
  readonly accessKeys: 'on' | 'off' | 'used-by-others';
  /** What only an owner decides; undefined: somebody else is. */
  readonly owned?: OwnedSettings;
  /** Whether this program makes a private endpoint. */
  readonly privateEndpoint: boolean;
}

/** Of whoever takes it over: left different, the first deployment would change them right after the import. */
export interface OwnedSettings {
  readonly publicNetworkAccess: boolean;
  /** Undefined: the region of the resource group, or not known yet. */
  readonly location: string | undefined;
  /** Of the key at rest; null: Microsoft's. Undefined: not known yet. */
  readonly keyUrl: string | null | undefined;
}

/** What an address or a client is made from: compared also where it is left to its default. */
export const CLIENTS_DEPEND_ON = ['clusteringPolicy', 'sku', 'highAvailability', 'port', 'clientProtocol'] as const;

const FIELDS = {
  clusteringPolicy: [
    'AMR_EXISTING_POLICY_DIFFERS',
    'Clients of the wrong mode fail: a cluster client for OSSCluster, a plain one for the others.',
  ],
  sku: ['AMR_EXISTING_SKU_DIFFERS', 'Shards, memory and connections follow from it.'],
  highAvailability: [
    'AMR_EXISTING_HIGH_AVAILABILITY_DIFFERS',
    'Without it there is no replica, and maintenance loses the data.',
  ],
  port: ['AMR_EXISTING_PORT_DIFFERS', 'Clients would knock at the wrong door; it is set at creation only.'],
  clientProtocol: [
    'AMR_EXISTING_PROTOCOL_DIFFERS',
    'With Plaintext passwords and data cross the network in the clear.',
  ],
  zones: ['AMR_EXISTING_ZONES_DIFFER', 'They are chosen at creation.'],
  minimumTlsVersion: ['AMR_EXISTING_TLS_DIFFERS', 'Only 1.2 can be used.'],
  evictionPolicy: ['AMR_EXISTING_EVICTION_DIFFERS', 'It decides which keys are lost when memory is full.'],
  modules: ['AMR_EXISTING_MODULES_DIFFER', 'They are chosen at creation.'],
  persistence: ['AMR_EXISTING_PERSISTENCE_DIFFERS', 'It decides what is left of a shard that lost both nodes.'],
  geoReplication: ['AMR_EXISTING_GEO_REPLICATION_DIFFERS', 'A database joins a group when it is made.'],
  deferUpgrade: ['AMR_EXISTING_UPGRADES_DIFFER', 'It decides when a new version of Redis comes.'],
} as const satisfies { readonly [Field in keyof AzureManagedRedisTopology]?: readonly [code: string, why: string] };

export type ComparedField = keyof typeof FIELDS;

export const COMPARED_FIELDS = Object.keys(FIELDS) as ComparedField[];

export function differences(found: FoundRedis, expected: ExpectedRedis): Problem[] {
  const { id } = expected;
  // What is said of another cluster is worth nothing.
  if (found.cluster.id !== undefined && !isSameId(found.cluster.id, id.clusterId)) return [otherCluster(found, id)];
  return [
    ...fieldDifferences(found, expected),
    ...keyDifferences(found, expected),
    ...(expected.owned === undefined ? [] : ownedDifferences(found, expected.id, expected.owned)),
    ...unreachable(found, expected),
  ];
}

function fieldDifferences(
  { cluster, database }: FoundRedis,
  { id, topology, compared, owned }: ExpectedRedis,
): Problem[] {
  const fields = { ...fieldsOfCluster({ ...cluster }), ...fieldsOfDatabase({ ...database }) };
  const wayOn = `Declare what there is${owned === undefined ? ', or have its owner change it' : LATER}.`;
  return compared.flatMap((field) => {
    const [declared, has] = [textOf(topology[field]), textOf(fields[field])];
    if (declared === has) return [];
    const [code, why] = FIELDS[field];
    const message = `\`topology.${field}\` is ${declared}, and ${id.clusterName} has ${has}. ${why} ${wayOn}`;
    return [{ code, message, path: `topology.${field}` }];
  });
}

const LATER = '; it can be changed once it is taken over and `import` is removed';

function keyDifferences({ database }: FoundRedis, { id, accessKeys, owned }: ExpectedRedis): Problem[] {
  const has = database.accessKeysAuthentication;
  if (accessKeys === 'on' && has === 'Disabled') {
    const wayOn = owned ? `Leave \`accessKeys\` out${LATER}` : 'Name `users` of Microsoft Entra instead';
    const message = `\`accessKeys\` is given, and ${id.clusterName} has access keys off: nobody could sign in with one. ${wayOn}.`;
    return [{ code: 'AMR_EXISTING_KEYS_ARE_OFF', message, path: 'accessKeys' }];
  }
  if (accessKeys === 'off' && has === 'Enabled') {
    const wayOn = owned ? `Ask for them${LATER}` : 'Say where the key is that is used here, or "used-by-others"';
    const message = `\`accessKeys\` is left out, and ${id.clusterName} has access keys on: whoever has one gets in. ${wayOn}.`;
    return [{ code: 'AMR_EXISTING_KEYS_ARE_ON', message, path: 'accessKeys' }];
  }
  return [];
}

function ownedDifferences(
  { cluster }: FoundRedis,
  { clusterName }: AzureResourceId,
  { publicNetworkAccess, location, keyUrl }: OwnedSettings,
): Problem[] {
  const foundKey = cluster.encryption?.customerManagedKeyEncryption?.keyEncryptionKeyUrl;
  const rows = [
    {
      code: 'AMR_EXISTING_PUBLIC_ACCESS_DIFFERS',
      path: 'publicNetworkAccess',
      declared: textOf(publicNetworkAccess),
      has: textOf(cluster.publicNetworkAccess === 'Enabled'),
      why: 'It decides whether the internet reaches it.',
    },
    {
      code: 'AMR_EXISTING_LOCATION_DIFFERS',
      path: 'location',
      declared: location && regionOf(location),
      has: regionOf(cluster.location ?? location ?? ''),
      why: 'Pulumi would replace it, and all data with it.',
    },
    {
      code: 'AMR_EXISTING_KEY_AT_REST_DIFFERS',
      path: 'encryptionKey',
      declared: keyUrl === null ? MICROSOFT : keyUrl,
      has: foundKey ?? MICROSOFT,
      why: 'Changing it is a long operation that interrupts it.',
    },
  ];
  return rows
    .filter(({ declared, has }) => declared !== undefined && declared !== has)
    .map(({ code, path, declared, has, why }) => ({
      code,
      message: `\`${path}\` is ${declared}, and ${clusterName} has ${has}. ${why} Declare what there is${LATER}.`,
      path,
    }));
}

const MICROSOFT = 'the key of Microsoft';

/** `West Europe` and `westeurope` are the same. */
function regionOf(location: string): string {
  return location.toLowerCase().replaceAll(' ', '');
}

function unreachable({ cluster }: FoundRedis, { id, privateEndpoint }: ExpectedRedis): Problem[] {
  const isClosed = cluster.publicNetworkAccess === 'Disabled' && cluster.privateEndpointConnections?.length === 0;
  if (!isClosed || privateEndpoint) return [];
  const message = `\`privateEndpoint\` is left out, and ${id.clusterName} has no private endpoint and no public access: nothing could connect. Give a subnet for a private endpoint.`;
  return [{ code: 'AMR_EXISTING_UNREACHABLE', message, path: 'privateEndpoint' }];
}

function otherCluster({ cluster }: FoundRedis, { clusterId }: AzureResourceId): Problem {
  const message = `\`clusterId\` is ${clusterId}, and the provider found ${cluster.id}: it looks in another subscription. Give a provider of the cluster's own subscription.`;
  return { code: 'AMR_EXISTING_OTHER_CLUSTER', message, path: 'clusterId' };
}

/** What is the same in any order is the same text. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(String).toSorted().join(', ');
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'object' && value !== null) {
    const { kind, groupNickname } = value as { readonly kind?: string; readonly groupNickname?: string };
    return groupNickname ?? kind ?? 'none';
  }
  return value === undefined ? 'none' : String(value);
}
