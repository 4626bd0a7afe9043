import { type App, type Environment, Fn, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
import { describe, expect, it } from 'vitest';
import { ElastiCacheCluster } from '../../lib/aws/elasticache-cluster.ts';
import { ServerlessCache } from '../../lib/aws/serverless-cache.ts';
import type { ElastiCacheTopologyInput } from '../../lib/topology/elasticache-input.ts';
import { emptyStack, isolatedVpc, problemsOf, TOPOLOGY } from './fixture.ts';

const OF_DUBLIN = ['eu-west-1a', 'eu-west-1b'];

function inZones(availabilityZones: string[], nodeGroups: ElastiCacheTopologyInput['nodeGroups']): string {
  const stack = emptyStack();
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones,
    isolatedSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  });
  const topology = { ...TOPOLOGY, shardCount: 1, nodeGroups };
  return problemsOf(() => new ElastiCacheCluster(stack, 'Cache', { vpc, topology, rotation: false }));
}

describe('the zones of an explicit layout', () => {
  it('are those of the subnets, or are refused with all that there are', () => {
    expect(inZones(OF_DUBLIN, [{ primaryZone: 'eu-west-1a', replicaZones: ['eu-west-1b'] }])).toBe('made');
    expect(inZones(OF_DUBLIN, [{ primaryZone: 'eu-central-1z', replicaZones: ['eu-west-1c'] }])).toMatch(
      /^ProblemError: AWS_ZONE_WITHOUT_SUBNET topology\.nodeGroups: .*"eu-central-1z" or "eu-west-1c", .*lie in eu-west-1a, eu-west-1b/,
    );
    expect(inZones(OF_DUBLIN, [{ primaryZone: '' }])).toMatch(/^ProblemError: EC_ZONE_FORM nodeGroups: /);
  });

  it('are not judged where those of the subnets are not known, or they themselves', () => {
    const layout = [{ primaryZone: 'eu-central-1a', replicaZones: ['eu-central-1b'] }];
    expect(inZones(['dummy1a', 'dummy1b'], layout)).toBe('made');
    expect(inZones([Fn.importValue('a'), Fn.importValue('b')], layout)).toBe('made');
    expect(inZones(OF_DUBLIN, [{ primaryZone: Fn.importValue('a'), replicaZones: ['eu-west-1b'] }])).toBe('made');
    expect(inZones(Fn.getAzs(), layout)).toBe('made');
  });

  it('are not counted as one where the subnets of an imported VPC share a list that is not known', () => {
    expect(inZones(Fn.getAzs(), undefined)).toBe('made');
    expect(inZones(Fn.split(',', Fn.importValue('Zones')), undefined)).toBe('made');
    expect(inZones(['eu-west-1a'], undefined)).toContain('AWS_MULTI_AZ_NEEDS_TWO_ZONES');
  });
});

interface Placed {
  readonly name?: string;
  readonly env?: Environment;
}

function both(one: Placed, other: Placed, make: (stack: Stack, name: string) => unknown): string {
  const app = emptyStack().node.root as App;
  for (const [index, { name = 'shop', env }] of [one, other].entries())
    make(new Stack(app, `Stack${index}`, env === undefined ? {} : { env }), name);
  return problemsOf(() => app.synth());
}

const withToken = (stack: Stack, name: string) =>
  new ElastiCacheCluster(stack, 'Cache', {
    vpc: isolatedVpc(stack),
    topology: { ...TOPOLOGY, name, authentication: { kind: 'auth-token' } },
    rotation: false,
  });
const serverless = (stack: Stack, name: string) =>
  new ServerlessCache(stack, 'Cache', { vpc: isolatedVpc(stack), cache: { name }, rotation: false });
const DUBLIN = { account: '111122223333', region: 'eu-west-1' };

describe('the name of a cache', () => {
  it.each([
    ['AUTH tokens', withToken],
    ['no servers', serverless],
  ])('is refused when two of an account and region have it, told once: with %s', (_, make) => {
    const said = both({}, { name: 'Shop' }, make);
    expect(said).toMatch(
      /AWS_NAME_SHARED: `Stack0\/Cache\/\w+` and `Stack1\/Cache\/\w+` are caches with the name "shop"/,
    );
    expect(said.match(/AWS_NAME_SHARED/g)).toHaveLength(1);
    expect(both({ env: DUBLIN }, { env: DUBLIN }, make)).toContain('AWS_NAME_SHARED');
  });

  it('is refused beside a group that somebody else makes', () => {
    const stack = emptyStack();
    new CfnReplicationGroup(stack, 'Other', { replicationGroupId: 'shop', replicationGroupDescription: 'theirs' });
    withToken(stack, 'shop');
    expect(problemsOf(() => (stack.node.root as App).synth())).toMatch(/AWS_NAME_SHARED: .*Test\/Other/);
  });

  it('may be the same in another region, and of a cluster and a serverless cache', () => {
    const elsewhere = { ...DUBLIN, region: 'eu-central-1' };
    expect(both({ env: DUBLIN }, { env: elsewhere }, withToken)).not.toContain('AWS_NAME_SHARED');
    const mixed = (stack: Stack, name: string) => (stack.node.id === 'Stack0' ? withToken : serverless)(stack, name);
    expect(both({}, {}, mixed)).not.toContain('AWS_NAME_SHARED');
  });

  it('is not judged where it is not known, or another', () => {
    expect(both({ name: Fn.importValue('a') }, { name: Fn.importValue('a') }, withToken)).not.toContain(
      'AWS_NAME_SHARED',
    );
    expect(both({}, { name: 'sessions' }, withToken)).not.toContain('AWS_NAME_SHARED');
  });
});
