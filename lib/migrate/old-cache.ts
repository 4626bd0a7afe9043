/** What is read of an old cache: the settings that have to go somewhere, in the same words for both of Azure's resource types. */
import type { ClusteringPolicy } from '../topology/azure-managed-redis.ts';

export const TIERS = ['Basic', 'Standard', 'Premium', 'Enterprise', 'EnterpriseFlash'] as const;
export type Tier = (typeof TIERS)[number];

/** As the old service counts it: minutes in the classic tiers, `1h` and the like in the Enterprise tiers. */
export type OldPersistence =
  | { readonly kind: 'none' }
  | { readonly kind: 'aof'; readonly frequency: string }
  | { readonly kind: 'rdb'; readonly frequency: string };

interface Common {
  readonly name: string;
  /** Undefined in a template, which is not deployed yet. */
  readonly id: string | undefined;
  readonly resourceGroup: string | undefined;
  readonly location: string;
  readonly hostName: string;
  readonly tier: Tier;
  /** `C3`, `P2`, `Enterprise_E10`. */
  readonly size: string;
  /** Of all shards or nodes together, as sold. */
  readonly gigabytes: number;
  /** Empty: the document does not say. */
  readonly state: string;
  readonly redisVersion: string;
  readonly minimumTlsVersion: string;
  readonly publicNetworkAccess: boolean;
  readonly privateEndpointCount: number;
  readonly zones: readonly string[];
  readonly tagNames: readonly string[];
  readonly hasIdentity: boolean;
  /** Whether clients may connect without TLS. */
  readonly plaintext: boolean;
  readonly accessKeys: boolean;
  /** As it is spelled there; empty: the service's default. */
  readonly evictionPolicy: string;
  readonly persistence: OldPersistence;
}

/** `Microsoft.Cache/redis`. What is undefined is in documents of its own, and was not given. */
export interface ClassicCache extends Common {
  readonly kind: 'classic';
  /** 0: not clustered. A cluster of one shard is a cluster to its clients. */
  readonly shardCount: number;
  readonly replicasPerPrimary: number;
  readonly entra: boolean;
  /** Undefined: never set, and then there are 16 to 64. */
  readonly databases: number | undefined;
  /** Per shard. */
  readonly maxClients: number | undefined;
  readonly reservedMegabytes: number | undefined;
  readonly keyspaceEvents: string;
  readonly subnetId: string;
  readonly staticIp: string;
  readonly linkedServerNames: readonly string[];
  readonly updateChannel: string;
  readonly patchSchedule: readonly PatchEntry[] | undefined;
  readonly firewallRuleNames: readonly string[] | undefined;
  readonly access: AccessPolicies | undefined;
}

export interface PatchEntry {
  /** A day, `Everyday` or `Weekend`. */
  readonly day: string;
  readonly startHourUtc: number;
  readonly durationHours: number;
}

export interface AccessPolicies {
  readonly assignments: readonly AccessAssignment[];
  /** Permissions of policies by their names, in the words of Redis' ACL. */
  readonly permissions: ReadonlyMap<string, string>;
}

export interface AccessAssignment {
  readonly objectId: string;
  /** What people call it; may be empty. */
  readonly alias: string;
  readonly policy: string;
}

/** `Microsoft.Cache/redisEnterprise` with a SKU of the retired Enterprise tiers, and its database. */
export interface EnterpriseCache extends Common {
  readonly kind: 'enterprise';
  readonly capacity: number;
  readonly clusteringPolicy: ClusteringPolicy;
  readonly port: number;
  readonly modules: readonly { readonly name: string; readonly hasArguments: boolean }[];
  readonly geoReplication: { readonly groupNickname: string; readonly memberIds: readonly string[] } | undefined;
  readonly deferUpgrade: boolean;
  readonly customerManagedKey: boolean;
}

export type OldCache = ClassicCache | EnterpriseCache;

/** Whether it is in a geo-replication group of whatever kind. */
export function isReplicated(cache: OldCache): boolean {
  return cache.kind === 'classic' ? cache.linkedServerNames.length > 0 : cache.geoReplication !== undefined;
}

/** Whether its own cluster may become the new one, under its old name. */
export function changesInPlace(cache: OldCache): boolean {
  return cache.kind === 'enterprise' && !isReplicated(cache);
}
