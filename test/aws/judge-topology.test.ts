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
      codesOf({ ...TOPOLOGY, shardCount: 1, nodeGroups: [{ primaryZone: Aws.REGION, replicaZones: ['a', 'b', 'c'] }] }),
    ).toEqual([]);
  });
});
