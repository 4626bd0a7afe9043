import fc from 'fast-check';
import { EVICTION_POLICIES } from '../../lib/topology/elasticache.ts';
import {
  AZURE_MODULES,
  AZURE_SKU_GIGABYTES,
  ELASTICACHE_ENGINE_VERSIONS,
  isFlashSku,
} from '../../lib/topology/limits.ts';
import { evenSlotRanges } from '../../lib/topology/slot.ts';
import type { TopologyInput } from '../../lib/topology/topology.ts';

const namePart = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const name = fc.array(namePart, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('-'));

const engine = fc
  .constantFrom('valkey' as const, 'redis' as const)
  .chain((kind) =>
    fc.record({ engine: fc.constant(kind), engineVersion: fc.constantFrom(...ELASTICACHE_ENGINE_VERSIONS[kind]) }),
  );

const twoDigits = (max: number) => fc.integer({ min: 0, max }).map((number) => String(number).padStart(2, '0'));

/** An hour of the night for snapshots, and one of the morning for maintenance, so that they never overlap. */
const upkeep = fc
  .record({
    hour: twoDigits(11),
    minute: twoDigits(59),
    day: fc.constantFrom('mon', 'wed', 'sun'),
    snapshotRetentionDays: fc.integer({ min: 0, max: 35 }),
    hasWindows: fc.boolean(),
  })
  .map(({ hour, minute, day, snapshotRetentionDays, hasWindows }) => ({
    snapshotRetentionDays,
    ...(hasWindows && snapshotRetentionDays > 0
      ? { snapshotWindow: `${hour}:${minute}-${String(Number(hour) + 1).padStart(2, '0')}:${minute}` }
      : {}),
    ...(hasWindows ? { maintenanceWindow: `${day}:14:00-${day}:15:30` } : {}),
  }));

/** Every topology that ElastiCache would accept, as far as the rules know it. */
export const validElastiCache: fc.Arbitrary<ElastiCacheInput> = fc
  .record({
    name,
    engine,
    nodeType: fc.constantFrom('cache.t4g.micro', 'cache.r7g.large', 'cache.m6g.16xlarge', 'cache.c8gn.xlarge'),
    replicasPerShard: fc.integer({ min: 0, max: 5 }),
    shards: fc.double({ min: 0, max: 1, noNaN: true }),
    nodeQuota: fc.option(fc.integer({ min: 90, max: 500 }), { nil: undefined }),
    wantsMultiAz: fc.boolean(),
    port: fc.integer({ min: 1, max: 65_535 }),
    security: fc.constantFrom(
      { authentication: { kind: 'rbac', userName: 'shop' } } as const,
      { authentication: { kind: 'rbac', userName: 'shop', credential: 'iam' } } as const,
      { authentication: { kind: 'auth-token' } } as const,
      { authentication: { kind: 'none' }, transitEncryption: 'preferred' } as const,
    ),
    evictionPolicy: fc.constantFrom(...EVICTION_POLICIES),
    networkType: fc.constantFrom('ipv4' as const, 'ipv6' as const, 'dual_stack' as const),
    discovers: fc.constantFrom(undefined, 'ipv4' as const, 'ipv6' as const),
    wishedMode: fc.constantFrom('enabled' as const, 'compatible' as const, 'disabled' as const),
    autoMinorVersionUpgrade: fc.boolean(),
    durability: fc.constantFrom('default' as const, 'sync' as const, 'async' as const, 'disabled' as const),
    parameters: fc.constantFrom({}, { 'notify-keyspace-events': 'Ex', timeout: '0' }),
    extra: fc.constantFrom('nothing' as const, 'tiering' as const, 'scaling' as const, 'layout' as const),
    upkeep,
  })
  .map(({ engine: { engine: kind, engineVersion }, shards, wantsMultiAz, nodeQuota, extra, upkeep: kept, ...rest }) => {
    const isOld = kind === 'redis' && /^6/.test(engineVersion);
    const needsSeven = 'credential' in rest.security.authentication || 'transitEncryption' in rest.security;
    const { security, discovers, wishedMode, ...drawn } = rest;
    const mayBeCompatible = rest.replicasPerShard > 0 && !isOld;
    const clusterMode = wishedMode === 'compatible' && !mayBeCompatible ? ('enabled' as const) : wishedMode;
    const mostShards = Math.floor((nodeQuota ?? 90) / (1 + rest.replicasPerShard));
    const networkType = isOld ? 'ipv4' : drawn.networkType;
    const plain: ElastiCacheInput = {
      platform: 'elasticache' as const,
      ...drawn,
      ...kept,
      ...(needsSeven && isOld ? { authentication: { kind: 'auth-token' } } : security),
      networkType,
      ...(discovers !== undefined && (networkType === 'dual_stack' || networkType === discovers)
        ? { ipDiscovery: discovers }
        : {}),
      engine: kind,
      engineVersion,
      clusterMode,
      ...(clusterMode === 'disabled' ? { automaticFailover: rest.replicasPerShard > 0 } : {}),
      shardCount: clusterMode === 'enabled' ? 1 + Math.floor(shards * (mostShards - 1)) : 1,
      multiAz: wantsMultiAz && rest.replicasPerShard > 0,
      ...(nodeQuota === undefined ? {} : { nodeQuota }),
    };
    const withExtra = { ...plain, ...extraFields(plain, extra) };
    return canBeDurable(withExtra) ? withExtra : { ...withExtra, durability: 'default' as const };
  });

type ElastiCacheInput = Extract<TopologyInput, { platform: 'elasticache' }>;

/** What is drawn on top, made to fit what is there. */
function extraFields(plain: ElastiCacheInput, extra: 'nothing' | 'tiering' | 'scaling' | 'layout'): object {
  const { shardCount, replicasPerShard, clusterMode } = plain;
  switch (extra) {
    case 'nothing':
      return {};
    case 'tiering':
      return plain.engineVersion === '6.0'
        ? {}
        : { nodeType: 'cache.r6gd.xlarge', dataTiering: true, evictionPolicy: 'allkeys-lru' };
    case 'scaling':
      if (clusterMode !== 'enabled') return {};
      return {
        nodeType: 'cache.r7g.xlarge',
        scaling: {
          shards: { min: 1, max: shardCount, metric: 'memory', targetPercent: 35 + (shardCount % 36) },
          ...(replicasPerShard > 0 ? { replicas: { min: 1, max: replicasPerShard } } : {}),
        },
      };
    case 'layout':
      return {
        nodeGroups: evenSlotRanges(shardCount).map(([first, last]) => ({
          ...(clusterMode === 'disabled' ? {} : { slots: `${first}-${last}` }),
          primaryZone: 'eu-west-1a',
          replicaZones: Array.from({ length: replicasPerShard }, () => 'eu-west-1b'),
        })),
      };
  }
}

function canBeDurable({
  engine,
  engineVersion = '',
  multiAz,
  nodeType = '',
  transitEncryption,
  dataTiering,
  clusterMode,
}: ElastiCacheInput) {
  const hasFamily = /r7g|m6g|c8gn/.test(nodeType);
  return (
    clusterMode === 'enabled' &&
    engine === 'valkey' &&
    engineVersion >= '9' &&
    multiAz &&
    hasFamily &&
    !dataTiering &&
    transitEncryption === undefined
  );
}

const policyAndSku = fc
  .constantFrom('OSSCluster' as const, 'EnterpriseCluster' as const, 'NoCluster' as const)
  .chain((clusteringPolicy) => {
    const fits = ([sku, gigabytes]: readonly [string, number]) =>
      clusteringPolicy !== 'NoCluster' || (gigabytes <= 25 && !isFlashSku(sku));
    return fc.record({
      clusteringPolicy: fc.constant(clusteringPolicy),
      sku: fc.constantFrom(...Object.entries(AZURE_SKU_GIGABYTES).filter(fits)),
    });
  });

/** Every topology that Azure Managed Redis would accept, as far as the rules know it. */
export const validAzure: fc.Arbitrary<TopologyInput> = fc
  .record({
    name,
    policyAndSku,
    shards: fc.integer({ min: 2, max: 384 }),
    highAvailability: fc.boolean(),
    authentication: fc.oneof(
      fc.constant({ kind: 'access-key' } as const),
      fc.record({ kind: fc.constant('entra' as const), objectId: fc.uuid() }),
    ),
    wishedModules: fc.subarray([...AZURE_MODULES]),
  })
  .map(({ policyAndSku: { clusteringPolicy, sku }, shards, wishedModules, ...rest }) => {
    const [name, gigabytes] = sku;
    const modules = wishedModules.filter(
      (module) => (module !== 'RediSearch' || clusteringPolicy === 'EnterpriseCluster') && !isFlashSku(name),
    );
    return {
      platform: 'azure-managed-redis' as const,
      ...rest,
      clusteringPolicy,
      sku: name,
      shardCount: clusteringPolicy === 'NoCluster' || gigabytes < 3 ? 1 : shards,
      modules,
      ...(modules.includes('RediSearch') ? { evictionPolicy: 'NoEviction' as const } : {}),
    };
  });

/**
 * Anything at all: also cycles, getters, proxies that throw, and keys that mean something to JavaScript. Each comes in a
 * function, because the generator itself would trip over some of them.
 */
export const anyInput: fc.Arbitrary<() => unknown> = fc.oneof(
  fc
    .anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withSparseArray: true,
      withTypedArray: true,
      withObjectString: true,
    })
    .map((input) => () => input),
  fc.jsonValue().map((input) => () => input),
  fc.constantFrom<(() => unknown)[]>(
    cyclic,
    deep,
    () => new Proxy({}, throwingTraps()),
    () => ({ platform: new Proxy([], throwingTraps()) }),
    revokedProxy,
    () => Object.defineProperty({}, 'platform', { enumerable: true, get: refuse }),
    () => JSON.parse('{"__proto__":{"platform":"elasticache"},"constructor":1,"hasOwnProperty":null}'),
    () => Object.create({ platform: 'elasticache', name: 'inherited', shardCount: 1, replicasPerShard: 1 }),
    () => new Array(4_000_000_000),
    () => Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key${index}`, index])),
    () => 'x'.repeat(1_000_000),
    () => () => undefined,
    () => Symbol('x'),
    () => new Map([['platform', 'elasticache']]),
  ),
);

function deep(): unknown {
  return Array.from({ length: 10_000 }).reduce((inside) => ({ platform: inside }), 'elasticache');
}

function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function cyclic(): unknown {
  const input: Record<string, unknown> = { platform: 'elasticache' };
  input.authentication = { kind: 'rbac', inside: input };
  return input;
}

function refuse(): never {
  throw new TypeError('refused');
}

function throwingTraps(): ProxyHandler<object> {
  return { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse, getOwnPropertyDescriptor: refuse };
}
