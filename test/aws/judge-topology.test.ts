import { Aws, Fn, Lazy, Token } from 'aws-cdk-lib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ElastiCacheTopologyInput, judgeTopology } from '../../lib/aws/judge-topology.ts';
import { parseTopology } from '../../lib/topology/parse.ts';
import { validElastiCache } from '../topology/fixture.ts';
import { clusterWith, GROUP, only, problemsOf, TOPOLOGY } from './fixture.ts';

const codesOf = (input: object) => judgeTopology(input as ElastiCacheTopologyInput).problems.map(({ code }) => code);

describe('a topology without tokens', () => {
  it('is judged as everywhere else', () => {
    const broken = fc.record({ shardCount: fc.integer({ min: -1, max: 3 }), port: fc.integer({ min: -1, max: 1 }) });
    fc.assert(
      fc.property(validElastiCache, fc.option(broken, { nil: {} }), (valid, changes) => {
        const input = { ...valid, ...changes };
        const parsed = parseTopology(input);
        expect(codesOf(input)).toEqual('problems' in parsed ? parsed.problems.map(({ code }) => code) : []);
      }),
    );
  });
});

describe('a token', () => {
  it('stands where no resource depends on its value, and what it hides is not judged', () => {
    const nodeType = Fn.importValue('NodeType');
    const days = Token.asNumber(Fn.importValue('Days'));
    const window = Lazy.string({ produce: () => 'sun:04:00-sun:05:00' });
    const topology = {
      ...TOPOLOGY,
      name: `shop-${Aws.REGION}`,
      nodeType,
      snapshotRetentionDays: days,
      maintenanceWindow: window,
      parameters: { timeout: nodeType },
    };
    expect(codesOf(topology)).toEqual([]);
    const { Properties } = only(clusterWith(topology).template(), GROUP);
    expect(Properties).toMatchObject({
      PreferredMaintenanceWindow: 'sun:04:00-sun:05:00',
      ReplicationGroupId: { 'Fn::Join': ['', ['shop-', { Ref: 'AWS::Region' }]] },
    });
  });

  it('is refused where the template is shaped by it, at once with what else is wrong', () => {
    const topology = { ...TOPOLOGY, engineVersion: Aws.REGION, shardCount: Token.asNumber({ Ref: 'X' }), port: 0 };
    expect(codesOf(topology)).toEqual(['AWS_TOKEN_SHAPES_TEMPLATE', 'AWS_TOKEN_SHAPES_TEMPLATE', 'EC_PORT_RANGE']);
    expect(problemsOf(() => clusterWith(topology))).toMatch(/`engineVersion` .*tokens may stand in name, nodeType/);
  });

  it('inside a list or object counts for the whole field', () => {
    expect(codesOf({ ...TOPOLOGY, authentication: { kind: 'rbac', userName: Aws.REGION } })).toEqual([
      'AWS_TOKEN_SHAPES_TEMPLATE',
    ]);
    expect(
      codesOf({ ...TOPOLOGY, shardCount: 1, nodeGroups: [{ slots: Aws.REGION, replicaZones: ['a', 'b', 'c'] }] }),
    ).toEqual([]);
  });
});

describe('a zone that is a token', () => {
  const [one, two] = [0, 1].map((index) => Fn.select(index, Fn.getAzs())) as [string, string];
  const RIGHT = [{ primaryZone: one, replicaZones: [two] }, { primaryZone: 'eu-west-1a', replicaZones: [one] }, {}];

  it('stands in a layout, and in the template', () => {
    expect(codesOf({ ...TOPOLOGY, nodeGroups: RIGHT })).toEqual([]);
    const { Properties } = only(clusterWith({ nodeGroups: RIGHT }).template(), GROUP);
    expect(Properties).toMatchObject({
      NodeGroupConfiguration: [
        {
          PrimaryAvailabilityZone: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] },
          ReplicaAvailabilityZones: [{ 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }],
        },
        {
          PrimaryAvailabilityZone: 'eu-west-1a',
          ReplicaAvailabilityZones: [{ 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }],
        },
        {},
      ],
    });
  });

  it.each([
    ['EC_NODE_GROUPS_ONE_PER_SHARD', RIGHT.slice(0, 2)],
    ['EC_SLOTS_COVER_ALL', [{ primaryZone: one, slots: '0-9000' }, { slots: '8000-12000' }, { slots: '12001-16383' }]],
    ['EC_REPLICA_ZONES_ONE_PER_REPLICA', [{ primaryZone: one, replicaZones: [two, two] }, {}, {}]],
    ['EC_ZONE_FORM', [{ primaryZone: one, replicaZones: ['Ireland'] }, {}, {}]],
    ['INPUT_UNKNOWN_KEY', [{ primaryZone: one }, { primryZone: 'eu-west-1a' }, {}]],
    ['INPUT_WRONG_TYPE', [{ primaryZone: one }, null, {}]],
  ])('hides nothing of the rest of the layout: %s', (code, nodeGroups) => {
    expect(codesOf({ ...TOPOLOGY, nodeGroups })).toEqual([code]);
  });
});

describe('a parameter whose value is a token', () => {
  it('hides none of the others, and stands in the topology', () => {
    const timeout = Fn.importValue('Timeout');
    const parameters = { timeout, 'maxmemory-samples': '5' };
    const { topology, problems } = judgeTopology({ ...TOPOLOGY, parameters });
    expect(problems).toEqual([]);
    expect(topology.parameters).toEqual(parameters);
    expect(codesOf({ ...TOPOLOGY, parameters: { timeout, 'cluster-enabled': 'no' } })).toEqual([
      'EC_PARAMETER_HAS_A_FIELD',
    ]);
  });
});
