import { Fn, Token } from 'aws-cdk-lib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ElastiCacheTopologyInput, judgeTopology } from '../../lib/aws/judge-topology.ts';
import { ProblemError } from '../../lib/base/problem.ts';
import type { ElastiCacheTopology } from '../../lib/topology/elasticache.ts';
import { parseTopology } from '../../lib/topology/parse.ts';
import { validElastiCache } from '../topology/fixture.ts';
import { ELASTICACHE_BASE, ELASTICACHE_EXAMPLES } from '../topology/rules/elasticache-examples.ts';
import { clusterWith, GROUP, only, problemsOf } from './fixture.ts';

/** One field at a time, each to something that the service refuses whatever else is there. */
const BREAKS: readonly Partial<Record<keyof ElastiCacheTopologyInput, unknown>>[] = [
  { name: 'a--b' },
  { shardCount: 0 },
  { shardCount: 501 },
  { replicasPerShard: 6 },
  { automaticFailover: false, clusterMode: 'enabled' },
  { clusterMode: 'disabled', shardCount: 2 },
  { clusterMode: 'disabled', automaticFailover: true, replicasPerShard: 0 },
  { clusterMode: 'compatible', shardCount: 2 },
  { engineVersion: '8.0.1' },
  { nodeType: 'r7g.large' },
  { nodeType: 'cache.r6gd.large', dataTiering: false },
  { port: 65_536 },
  { parameters: { 'cluster-enabled': 'no' } },
  { parameters: { timeout: 0 } },
  { snapshotRetentionDays: 36 },
  { maintenanceWindow: 'sun:04:00-sun:04:30' },
  { networkType: 'ipv4', ipDiscovery: 'ipv6' },
  { authentication: { kind: 'rbac', userName: 'default' } },
  { nodeGroups: [] },
];

/** What the properties of the group say of each field of the topology, written down a second time. */
function asAskedFor(topology: ElastiCacheTopology): Record<string, unknown> {
  const { engine, engineVersion, durability, networkType, ipDiscovery, nodeGroups, clusterMode } = topology;
  const asked = {
    ReplicationGroupId: topology.name,
    Engine: engine,
    EngineVersion: engineVersion,
    CacheNodeType: topology.nodeType,
    Port: topology.port,
    ClusterMode: clusterMode,
    ...(clusterMode !== 'enabled' && nodeGroups === undefined
      ? { NumCacheClusters: 1 + topology.replicasPerShard }
      : { NumNodeGroups: topology.shardCount }),
    ReplicasPerNodeGroup: clusterMode === 'enabled' && nodeGroups === undefined ? topology.replicasPerShard : undefined,
    MultiAZEnabled: topology.multiAz,
    AutomaticFailoverEnabled: topology.automaticFailover,
    AutoMinorVersionUpgrade: topology.autoMinorVersionUpgrade,
    TransitEncryptionEnabled: true,
    TransitEncryptionMode: engineVersion.startsWith('6.') ? undefined : topology.transitEncryption,
    AtRestEncryptionEnabled: true,
    DataTieringEnabled: topology.dataTiering || undefined,
    Durability: durability === 'default' ? undefined : durability,
    NetworkType: networkType === 'ipv4' ? undefined : networkType,
    IpDiscovery: ipDiscovery,
    SnapshotRetentionLimit: topology.snapshotRetentionDays,
    SnapshotWindow: topology.snapshotWindow,
    PreferredMaintenanceWindow: topology.maintenanceWindow,
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

describe('every valid topology', () => {
  it('makes a template that CloudFormation would take, with the group that was asked for', () => {
    fc.assert(
      fc.property(validElastiCache, (topology) => {
        // The alarms of hundreds of nodes are a matter of time only; theirs are other tests.
        const { template } = clusterWith(topology, { alarms: false, dashboard: false });
        expect(only(template(), GROUP).Properties).toMatchObject(asAskedFor(judgeTopology(topology).topology));
      }),
      { numRuns: 25 },
    );
  });
});

describe('no invalid topology', () => {
  it('makes a template: every one of its problems is told instead', () => {
    fc.assert(
      fc.property(validElastiCache, fc.constantFrom(...BREAKS), (topology, change) => {
        const broken = { ...topology, ...change } as Partial<ElastiCacheTopologyInput>;
        expect(() => clusterWith(broken)).toThrow(ProblemError);
      }),
      { numRuns: 200 },
    );
  });
});

describe('every rule of the table', () => {
  it.each(Object.entries(ELASTICACHE_EXAMPLES))('%s is told at synth', (code, { breaks }) => {
    const broken: Partial<ElastiCacheTopologyInput> = { ...ELASTICACHE_BASE, ...breaks };
    expect(problemsOf(() => clusterWith(broken))).toContain(`${code} `);
  });
});

describe('a token', () => {
  const token = (value: unknown) =>
    typeof value === 'number' ? Token.asNumber(Fn.importValue('Given')) : Fn.importValue('Given');

  it.each(Object.entries(ELASTICACHE_BASE).filter(([field]) => field !== 'platform'))(
    'in %s is taken as it is, or refused where the template is shaped by it',
    (field, value) => {
      const said = problemsOf(() =>
        clusterWith({ [field]: token(value) }, { alarms: false, dashboard: false }).template(),
      );
      if (said !== 'made') expect(said).toMatch(new RegExp(`AWS_TOKEN_SHAPES_TEMPLATE ${field}: `));
    },
  );
});

/** Any value that the type allows for each field, whether the service takes it or not. */
const anyChange = fc.record(
  {
    name: fc.constantFrom('shop', 'a--b', '9lives', 'x'.repeat(41)),
    engine: fc.constantFrom('valkey', 'redis'),
    engineVersion: fc.constantFrom('6.0', '6.2', '7.1', '7.2', '8.0', '9.1', '9.0.1', 'x'),
    nodeType: fc.constantFrom(
      'cache.t3.micro',
      'cache.r4.large',
      'cache.r6gd.xlarge',
      'cache.r7g.4xlarge',
      'r7g.large',
    ),
    dataTiering: fc.boolean(),
    shardCount: fc.integer({ min: 0, max: 120 }),
    replicasPerShard: fc.integer({ min: -1, max: 6 }),
    nodeGroups: fc.array(fc.record({ id: fc.constantFrom('1', 'x'), slots: fc.constantFrom('0-16383', '1-2', '-') }), {
      maxLength: 2,
    }),
    nodeQuota: fc.constantFrom(0, 90, 501),
    port: fc.constantFrom(0, 6379, 65_536),
    networkType: fc.constantFrom('ipv4', 'ipv6', 'dual_stack'),
    ipDiscovery: fc.constantFrom('ipv4', 'ipv6'),
    multiAz: fc.boolean(),
    automaticFailover: fc.boolean(),
    clusterMode: fc.constantFrom('enabled', 'compatible', 'disabled'),
    durability: fc.constantFrom('default', 'async', 'sync', 'disabled'),
    transitEncryption: fc.constantFrom('required', 'preferred'),
    authentication: fc.constantFrom(
      { kind: 'none' },
      { kind: 'auth-token' },
      { kind: 'rbac', userName: 'default' },
      { kind: 'rbac', userName: 'Shop', credential: 'iam' },
    ),
    evictionPolicy: fc.constantFrom('noeviction', 'allkeys-lfu'),
    parameters: fc.constantFrom({}, { 'maxmemory-policy': 'noeviction' }, { 'No Name': 'x' }),
    snapshotRetentionDays: fc.integer({ min: -1, max: 36 }),
    snapshotWindow: fc.constantFrom('02:00-03:00', '02:00-02:30'),
    maintenanceWindow: fc.constantFrom('sun:02:30-sun:04:00', 'sun:29:00-mon:01:00'),
    autoMinorVersionUpgrade: fc.boolean(),
    scaling: fc.record({
      shards: fc.record({
        min: fc.constantFrom(0, 1),
        max: fc.constantFrom(3, 501),
        targetPercent: fc.constantFrom(60, 80),
      }),
    }),
  },
  { requiredKeys: [] },
);

describe('any topology at all', () => {
  it('makes a template if, and only if, the rules have nothing against it; all problems are told at once', () => {
    fc.assert(
      fc.property(validElastiCache, anyChange, (valid, change) => {
        const topology = { ...valid, ...change } as ElastiCacheTopologyInput;
        const parsed = parseTopology(topology);
        const said = problemsOf(() => clusterWith(topology, { alarms: false, dashboard: false }));
        if (!('problems' in parsed)) expect(said).toBe('made');
        else for (const { code } of parsed.problems) expect(said).toContain(`${code} `);
      }),
      { numRuns: 300 },
    );
  });
});
