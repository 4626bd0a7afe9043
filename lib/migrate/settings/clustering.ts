/** Shards, replicas and databases: what kind of client the application needs, and what it may no longer do. */
import type { ClusteringPolicy } from '../../topology/azure-managed-redis.ts';
import type { ClassicCache, EnterpriseCache, OldCache } from '../old-cache.ts';
import type { Contribution, Setting } from '../setting.ts';
import { SOURCES } from '../sources.ts';
import type { Target } from '../target.ts';

export function clustering(cache: OldCache, target: Target): Contribution {
  const { clusteringPolicy, shardCount, highAvailability } = target;
  return {
    settings:
      cache.kind === 'classic'
        ? [classicShards(cache, target), replicas(cache, target), databases(cache)]
        : [enterprisePolicy(cache, target)],
    topology: { clusteringPolicy, shardCount, highAvailability },
  };
}

interface Consequence {
  readonly code: string;
  readonly message: string;
  readonly action: string;
}

const CLUSTER_CLIENT =
  'a cluster client (ioredis Cluster, go-redis ClusterClient, and the like), made as such and not guessed from the number of addresses';

const CLUSTERED: Readonly<Record<ClusteringPolicy, Consequence>> = {
  OSSCluster: {
    code: 'MIGRATE_CLUSTER_STAYS_CLUSTER',
    message: 'The protocol of Redis Cluster stays; the service decides the number of shards and changes it.',
    action: `Keep ${CLUSTER_CLIENT}. Take out whatever counts on the old number of shards or names their ports.`,
  },
  EnterpriseCluster: {
    code: 'MIGRATE_CLUSTER_BEHIND_ONE_ENDPOINT',
    message: 'The shards are behind one endpoint, and no CLUSTER command is answered.',
    action:
      'Change the client to a plain one: a cluster client finds no slots. Only DEL, MSET, MGET, EXISTS, UNLINK and TOUCH may cross slots.',
  },
  NoCluster: {
    code: 'MIGRATE_CLUSTER_INTO_ONE_SHARD',
    message: 'All data is in one shard.',
    action: 'Change the client to a plain one: a cluster client finds no slots. One shard uses one core.',
  },
};

const SINGLE: Readonly<Record<ClusteringPolicy, Consequence>> = {
  NoCluster: {
    code: 'MIGRATE_SINGLE_STAYS_SINGLE',
    message: 'It stays one shard behind one endpoint, and every command works as before.',
    action:
      'Keep the plain client. Beyond 25 GB the policy has to be changed before scaling, which is done in place; one shard uses one core.',
  },
  EnterpriseCluster: {
    code: 'MIGRATE_SINGLE_BEHIND_ONE_ENDPOINT',
    message:
      'The data is divided over shards behind one endpoint: NoCluster goes up to 25 GB, and not into a group of regions.',
    action:
      'Keep the plain client, and look for commands of several keys, transactions and scripts: only DEL, MSET, MGET, EXISTS, UNLINK and TOUCH may cross slots, others fail with CROSSSLOT. Keys that belong together want a hash tag, {like-this}.',
  },
  OSSCluster: {
    code: 'MIGRATE_SINGLE_BECOMES_CLUSTER',
    message: 'The data is divided over shards that clients connect to themselves.',
    action: `Change to ${CLUSTER_CLIENT}. Keys of one command, transaction or script must be in one slot: a hash tag, {like-this}, puts them there.`,
  },
};

function classicShards(cache: ClassicCache, target: Target): Setting {
  const consequence = (cache.shardCount > 0 ? CLUSTERED : SINGLE)[target.clusteringPolicy];
  return {
    setting: 'shardCount',
    before: cache.shardCount > 0 ? `${cache.shardCount} shards, Redis Cluster` : 'not clustered',
    after: `${target.clusteringPolicy}, ${target.clientMode} client`,
    outcome: 'changed',
    ...consequence,
    source: SOURCES.clustering,
  };
}

function enterprisePolicy(cache: EnterpriseCache, target: Target): Setting {
  const { clusteringPolicy: before } = cache;
  const { clusteringPolicy: after } = target;
  const shared = {
    setting: 'clusteringPolicy',
    before,
    after: `${after}, ${target.clientMode} client`,
    source: SOURCES.clustering,
  };
  if (before === after) {
    return {
      ...shared,
      outcome: 'kept',
      code: 'MIGRATE_POLICY_KEPT',
      message: 'Policy and kind of client stay; the service decides the number of shards.',
    };
  }
  const consequence = (before === 'OSSCluster' ? CLUSTERED : SINGLE)[after];
  return { ...shared, outcome: 'changed', ...consequence };
}

function replicas({ tier, replicasPerPrimary }: ClassicCache, { highAvailability }: Target): Setting {
  const after = highAvailability ? '1 per shard' : 'none';
  const shared = { setting: 'replicasPerPrimary', after, source: SOURCES.understand };
  if (tier === 'Basic') {
    return {
      ...shared,
      before: 'none',
      outcome: 'kept',
      code: 'MIGRATE_NO_REPLICA_KEPT',
      message: 'Basic has one node and no SLA; high availability stays off, at half the price.',
    };
  }
  const before = `${replicasPerPrimary} per shard`;
  if (replicasPerPrimary <= 1) {
    return {
      ...shared,
      before,
      outcome: 'kept',
      code: 'MIGRATE_ONE_REPLICA_KEPT',
      message: 'High availability is one replica per shard.',
    };
  }
  return {
    ...shared,
    before,
    outcome: 'unavailable',
    code: 'MIGRATE_REPLICAS_NOT_AVAILABLE',
    message: 'High availability is one replica per shard, and there is no setting for more.',
    action:
      'If the replicas were for reading, measure whether the larger number of shards does as well; Compute Optimized has the most.',
  };
}

function databases({ databases: count }: ClassicCache): Setting {
  const shared = { setting: 'databases', after: 'database 0 only', source: SOURCES.understand };
  if (count === undefined || count <= 1) {
    return {
      ...shared,
      before: count === undefined ? 'the default, 16 or more' : '1',
      outcome: count === undefined ? 'changed' : 'kept',
      code: count === undefined ? 'MIGRATE_DATABASE_ZERO_ONLY' : 'MIGRATE_DATABASE_ZERO_KEPT',
      message: 'There is one database, 0; SELECT of another fails with "DB index is out of range".',
      ...(count === undefined
        ? {
            action:
              'Run INFO keyspace on the old cache: if it shows more than db0, move those keys into db0 under a prefix first.',
          }
        : {}),
    };
  }
  return {
    ...shared,
    before: `${count}`,
    outcome: 'unavailable',
    code: 'MIGRATE_DATABASES_NOT_AVAILABLE',
    message:
      'Somebody set a number of databases, and there is one, 0; SELECT of another fails with "DB index is out of range".',
    action:
      'Move the keys of the others into db0 under a prefix of their own, before the migration; or make a cache for each.',
  };
}
