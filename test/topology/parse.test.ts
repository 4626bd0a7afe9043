import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../lib/base/problem.ts';
import { deploymentOrThrow, parseDeployment, parseTopology, topologyOrThrow } from '../../lib/topology/parse.ts';
import { clientModeOf, replicasPerShardOf } from '../../lib/topology/topology.ts';
import { anyInput, validAzure, validElastiCache } from './fixture.ts';

const ELASTICACHE = { platform: 'elasticache', name: 'sessions', shardCount: 3, replicasPerShard: 1 } as const;
const AZURE = {
  platform: 'azure-managed-redis',
  name: 'sessions',
  clusteringPolicy: 'OSSCluster',
  sku: 'Balanced_B10',
  shardCount: 3,
} as const;

function problemsOf(input: unknown) {
  const result = parseTopology(input);
  return 'problems' in result ? result.problems : [];
}

describe('a valid topology', () => {
  it('has its defaults filled in', () => {
    expect(topologyOrThrow(ELASTICACHE)).toMatchObject({
      engine: 'valkey',
      engineVersion: '8.0',
      port: 6379,
      multiAz: true,
      automaticFailover: true,
      transitEncryption: 'required',
      authentication: { kind: 'rbac', userName: 'application' },
    });
    expect(topologyOrThrow(AZURE)).toMatchObject({
      port: 10_000,
      highAvailability: true,
      clientProtocol: 'Encrypted',
      minimumTlsVersion: '1.2',
      authentication: { kind: 'access-key' },
      modules: [],
    });
  });

  it('may be as large as the largest cluster: 500 nodes, each with its place', () => {
    const nodeGroups = Array.from({ length: 500 }, (_, index) => ({
      id: String(index + 1),
      slots: index < 499 ? String(index) : '499-16383',
      primaryZone: 'eu-west-1a',
      replicaZones: [],
    }));
    const largest = { shardCount: 500, replicasPerShard: 0, multiAz: false, nodeQuota: 500, nodeGroups };
    expect(problemsOf({ ...ELASTICACHE, ...largest })).toEqual([]);
  });

  it('has no problem, whichever of the valid ones it is', () => {
    fc.assert(
      fc.property(fc.oneof(validElastiCache, validAzure), (input) => {
        expect(problemsOf(input)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('read again is the same', () => {
    fc.assert(
      fc.property(fc.oneof(validElastiCache, validAzure), (input) => {
        const topology = topologyOrThrow(input);
        expect(topologyOrThrow(topology)).toEqual(topology);
      }),
    );
  });

  it('says how many replicas a shard has and how a client has to talk, whichever platform it is on', () => {
    expect(replicasPerShardOf(topologyOrThrow(ELASTICACHE))).toBe(1);
    expect(replicasPerShardOf(topologyOrThrow(AZURE))).toBe(1);
    expect(replicasPerShardOf(topologyOrThrow({ ...AZURE, highAvailability: false }))).toBe(0);
    expect(clientModeOf(topologyOrThrow(ELASTICACHE))).toBe('cluster');
    expect(clientModeOf(topologyOrThrow(AZURE))).toBe('cluster');
    expect(clientModeOf(topologyOrThrow({ ...AZURE, clusteringPolicy: 'EnterpriseCluster' }))).toBe('single');
    expect(clientModeOf(topologyOrThrow({ ...AZURE, clusteringPolicy: 'NoCluster', shardCount: 1 }))).toBe('single');
  });
});

describe('a malformed topology', () => {
  it.each([
    ['INPUT_MISSING', 'platform', {}, /`platform` is missing: it must be "elasticache" or "azure-managed-redis"/],
    ['INPUT_MISSING', 'shardCount', { ...ELASTICACHE, shardCount: undefined }, /missing: it must be a whole number/],
    ['INPUT_NOT_ALLOWED', 'platform', { ...ELASTICACHE, platform: 'memcached' }, /is "memcached": .*"elasticache"/],
    ['INPUT_WRONG_TYPE', 'shardCount', { ...ELASTICACHE, shardCount: '3' }, /is "3": it must be a whole number/],
    ['INPUT_WRONG_TYPE', 'shardCount', { ...ELASTICACHE, shardCount: 2.5 }, /is 2\.5: it must be a whole number/],
    ['INPUT_WRONG_TYPE', 'shardCount', { ...ELASTICACHE, shardCount: Number.NaN }, /is NaN: /],
    ['INPUT_WRONG_TYPE', 'multiAz', { ...ELASTICACHE, multiAz: 'yes' }, /is "yes": it must be true or false/],
    ['INPUT_NOT_ALLOWED', 'engine', { ...ELASTICACHE, engine: 'keydb' }, /is "keydb": it must be "valkey" or "redis"/],
    [
      'INPUT_UNKNOWN_KEY',
      'shards',
      { ...ELASTICACHE, shards: 3 },
      /`shards` is not known here.*Allowed here: .*shardCount/,
    ],
    ['INPUT_UNKNOWN_KEY', 'shardcount', { ...ELASTICACHE, shardcount: 3 }, /did you mean `shardCount`\?/],
    ['INPUT_UNKNOWN_KEY', 'clusteringPolicy', { ...ELASTICACHE, clusteringPolicy: 'NoCluster' }, /not known here/],
    ['INPUT_OUT_OF_RANGE', 'name', { ...ELASTICACHE, name: '' }, /is "": it must be at least 1 long/],
    [
      'INPUT_NOT_ALLOWED',
      'authentication.kind',
      { ...ELASTICACHE, authentication: { kind: 'iam' } },
      /is "iam": .*"rbac"/,
    ],
    [
      'INPUT_WRONG_TYPE',
      'authentication',
      { ...ELASTICACHE, authentication: 'token' },
      /a string \(not shown\): it must be an object/,
    ],
    [
      'INPUT_UNKNOWN_KEY',
      'authentication.password',
      { ...ELASTICACHE, authentication: { kind: 'rbac', password: 'x' } },
      /not known/,
    ],
    ['INPUT_WRONG_TYPE', 'modules.1', { ...AZURE, modules: ['RedisJSON', 7] }, /`modules\.1` is 7: it must be text/],
    ['INPUT_NOT_PLAIN_DATA', 'modules', { ...AZURE, modules: new Set(['RedisJSON']) }, /is a Set; give plain data/],
    ['INPUT_UNKNOWN_KEY', '__proto__', JSON.parse('{"platform":"elasticache","__proto__":{"name":"x"}}'), /not known/],
    ['INPUT_WRONG_TYPE', '', null, /The input is null: it must be an object/],
    ['INPUT_WRONG_TYPE', '', [], /an array of 0/],
  ])('has the problem %s at %j', (code, path, input, says) => {
    expect(problemsOf(input)).toContainEqual({ code, path, message: expect.stringMatching(says) });
  });

  it('has all its problems told at once, those of single fields and those between fields', () => {
    const codes = problemsOf({
      platform: 'elasticache',
      name: '-',
      shardCount: 0,
      replicasPerShard: 9,
      engine: 'keydb',
      engineVersion: '8.0.1',
      nodeType: 'large',
      port: 0,
      automaticFailover: false,
      authentication: { kind: 'none' },
      colour: 'red',
    }).map((problem) => problem.code);
    expect(codes.sort()).toEqual([
      'EC_AUTHENTICATION_REQUIRED',
      'EC_AUTOMATIC_FAILOVER_REQUIRED',
      'EC_MULTI_AZ_NEEDS_AUTOMATIC_FAILOVER',
      'EC_NAME_FORM',
      'EC_NODE_TYPE_FORM',
      'EC_PORT_RANGE',
      'EC_REPLICAS_PER_SHARD_RANGE',
      'EC_SHARD_COUNT_RANGE',
      'INPUT_NOT_ALLOWED',
      'INPUT_UNKNOWN_KEY',
    ]);
  });

  it('has a rule judged only when every field it reads is well formed', () => {
    const codes = problemsOf({ ...ELASTICACHE, shardCount: 'many', replicasPerShard: 0 }).map(
      (problem) => problem.code,
    );
    expect(codes).toContain('EC_MULTI_AZ_NEEDS_REPLICAS');
    expect(codes).not.toContain('EC_NODE_COUNT_OVER_QUOTA');
  });

  it('is never taken from what an object inherits', () => {
    const [problem] = problemsOf(Object.create(ELASTICACHE));
    expect(problem?.code).toMatch(/^INPUT_/);
  });

  it('has a problem and never a crash, whatever it is', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const result = parseTopology(input());
        expect('topology' in result || result.problems.length > 0).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has a problem and never a crash, whatever stands in one of its fields', () => {
    const key = fc.constantFrom(...Object.keys(topologyOrThrow(ELASTICACHE)), ...Object.keys(topologyOrThrow(AZURE)));
    fc.assert(
      fc.property(fc.constantFrom(ELASTICACHE, AZURE), key, anyInput, (base, changed, value) => {
        const result = parseTopology({ ...base, [changed]: value() });
        if ('topology' in result) expect(parseTopology(result.topology)).toEqual(result);
        else expect(result.problems.every((problem) => problem.message.length < 2_000)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a deployment', () => {
  const deployment = { name: 'shop', description: 'The shop.', topology: ELASTICACHE };

  it('has budgets even when it states none', () => {
    expect(deploymentOrThrow(deployment).budgets).toMatchObject({
      lostAcknowledgedWrites: 0,
      excessOverPromotionMs: 300,
    });
  });

  it('has the problems of its topology told with their place in it, beside its own', () => {
    const result = parseDeployment({
      name: 'Shop',
      topology: { ...ELASTICACHE, shardCount: 501, replicasPerShard: '1' },
    });
    const places = 'problems' in result ? result.problems.map((problem) => `${problem.code} ${problem.path}`) : [];
    expect(places.sort()).toEqual([
      'EC_SHARD_COUNT_RANGE topology.shardCount',
      'INPUT_MISSING description',
      'INPUT_WRONG_FORMAT name',
      'INPUT_WRONG_TYPE topology.replicasPerShard',
    ]);
  });

  it('that is broken throws every problem from the throwing twins', () => {
    expect(() => deploymentOrThrow({})).toThrow(ProblemError);
    expect(() => topologyOrThrow({ ...ELASTICACHE, shardCount: 0, replicasPerShard: 9 })).toThrow(
      /EC_SHARD_COUNT_RANGE[\s\S]*EC_REPLICAS_PER_SHARD_RANGE/,
    );
  });

  it('is a problem and never a crash, whatever it is', () => {
    fc.assert(
      fc.property(anyInput, anyInput, (whole, topology) => {
        expect('problems' in parseDeployment(whole())).toBe(true);
        expect('problems' in parseDeployment({ ...deployment, topology: topology() })).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
