import { type App, Aspects, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  CfnSubnet,
  CfnSubnetCidrBlock,
  IpProtocol,
  type ISubnet,
  type IVpc,
  Subnet,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it } from 'vitest';
import type { NetworkType } from '../../lib/aws/address-families.ts';
import { ElastiCacheCluster } from '../../lib/aws/elasticache-cluster.ts';
import { ownVpc } from '../../lib/aws/own-vpc.ts';
import { ServerlessCache } from '../../lib/aws/serverless-cache.ts';
import { VerifiedDeployment } from '../../lib/aws/verified-deployment.ts';
import { emptyStack, isolatedVpc, problemsOf, TOPOLOGY } from './fixture.ts';

const QUIET = { alarms: false, dashboard: false } as const;

function clusterIn(vpc: IVpc, networkType: NetworkType, props: object = {}): ElastiCacheCluster {
  const topology = { ...TOPOLOGY, networkType };
  return new ElastiCacheCluster(Stack.of(vpc), 'Cache', { vpc, topology, rotation: false, ...QUIET, ...props });
}

const synthesised = (stack: Stack) => problemsOf(() => Template.fromStack(stack));
const subnetsOf = (vpc: IVpc) => vpc.isolatedSubnets.map(({ node }) => node.defaultChild as CfnSubnet);

/** Subnets of a VPC that has IPv4, both, or only IPv6. */
function vpcWith(families: NetworkType): IVpc {
  const { vpc } = ownVpc(emptyStack(), families === 'ipv6' ? 'dual_stack' : families);
  if (families !== 'ipv6') return vpc;
  for (const subnet of subnetsOf(vpc)) {
    subnet.ipv6Native = true;
    for (const property of ['CidrBlock', 'MapPublicIpOnLaunch']) subnet.addPropertyDeletionOverride(property);
  }
  return vpc;
}

describe('a cache', () => {
  it.each<[NetworkType, NetworkType]>([
    ['ipv4', 'ipv4'],
    ['ipv4', 'dual_stack'],
    ['dual_stack', 'dual_stack'],
    ['ipv6', 'ipv6'],
  ])('of the network type %s stands in subnets of %s', (networkType, families) => {
    const vpc = vpcWith(families);
    clusterIn(vpc, networkType);
    expect(synthesised(Stack.of(vpc))).toBe('made');
  });

  it.each<[NetworkType, NetworkType, string]>([
    ['ipv4', 'ipv6', 'only IPv6 addresses: it needs subnets with IPv4'],
    ['dual_stack', 'ipv4', 'only IPv4 addresses: it needs subnets with both (`ipProtocol: IpProtocol.DUAL_STACK`'],
    ['dual_stack', 'ipv6', 'only IPv6 addresses: it needs subnets with both'],
    ['ipv6', 'ipv4', 'only IPv4 addresses: it needs IPv6-only subnets'],
    ['ipv6', 'dual_stack', 'IPv4 and IPv6 addresses: it needs IPv6-only subnets'],
  ])('of the network type %s is refused in subnets of %s, which are named', (networkType, families, says) => {
    const vpc = vpcWith(families);
    clusterIn(vpc, networkType);
    const said = synthesised(Stack.of(vpc));
    expect(said).toContain(`AWS_SUBNET_ADDRESSES: \`networkType\` is "${networkType}", and Test/Vpc/cacheSubnet1, `);
    expect(said).toContain(says);
  });

  it('without nodes is held to the same', () => {
    const vpc = isolatedVpc(emptyStack());
    const cache = { name: 'shop', networkType: 'dual_stack' } as const;
    new ServerlessCache(Stack.of(vpc), 'Cache', { vpc, cache, rotation: false, ...QUIET });
    expect(synthesised(Stack.of(vpc))).toContain('AWS_SUBNET_ADDRESSES: ');
  });

  it('is refused where only one of its subnets has other addresses', () => {
    const vpc = vpcWith('dual_stack');
    subnetsOf(vpc)[1]?.addPropertyDeletionOverride('Ipv6CidrBlock');
    clusterIn(vpc, 'dual_stack');
    expect(synthesised(Stack.of(vpc))).toContain('and Test/Vpc/cacheSubnet2 has only IPv4');
  });

  it.each<[string, (vpc: IVpc) => unknown]>([
    [
      'by an override, after the cache',
      (vpc) => subnetsOf(vpc).map((subnet) => subnet.addPropertyOverride('Ipv6CidrBlock', '2001:db8::/64')),
    ],
    [
      'by an aspect',
      (vpc) =>
        Aspects.of(vpc).add({
          visit: (node) => {
            if (node instanceof CfnSubnet) node.ipv6CidrBlock = '2001:db8::/64';
          },
        }),
    ],
    [
      'by resources of their own',
      (vpc) =>
        subnetsOf(vpc).map(
          (subnet, index) =>
            new CfnSubnetCidrBlock(Stack.of(vpc), `Block${index}`, {
              subnetId: subnet.ref,
              ipv6CidrBlock: '2001:db8::/64',
            }),
        ),
    ],
    [
      'from a pool',
      (vpc) => subnetsOf(vpc).map((subnet) => Object.assign(subnet, { ipv6IpamPoolId: 'ipam-pool-0a1b2c3d4e5f60718' })),
    ],
  ])('takes subnets that are given IPv6 %s', (_how, give) => {
    const vpc = isolatedVpc(emptyStack());
    clusterIn(vpc, 'dual_stack');
    give(vpc);
    expect(synthesised(Stack.of(vpc))).not.toContain('AWS_SUBNET_ADDRESSES');
  });

  it('takes subnets of which nothing is known, because they were made elsewhere', () => {
    const stack = emptyStack();
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    });
    const subnets = ['a', 'b'].map(
      (zone): ISubnet =>
        Subnet.fromSubnetAttributes(stack, zone, {
          subnetId: `subnet-0123456789abcdef${zone}`,
          availabilityZone: `eu-west-1${zone}`,
        }),
    );
    clusterIn(vpc, 'ipv6', { vpcSubnets: { subnets } });
    expect(synthesised(stack)).toBe('made');
  });
});

describe('the functions beside a cache with only IPv6', () => {
  const ipv6Only = { subnetGroupName: 'cache' };
  const both = { subnetGroupName: 'functions' };

  it.each([
    ['stand in subnets with both', both, 'made'],
    ['are refused in those of the cache', ipv6Only, 'AWS_FUNCTION_SUBNET_ADDRESSES: Test/Vpc/cacheSubnet1, '],
  ])('%s', (_what, vpcSubnets, says) => {
    const stack = emptyStack();
    const { vpc } = ownVpc(stack, 'ipv6');
    const cluster = clusterIn(vpc, 'ipv6', { vpcSubnets: ipv6Only, rotation: { vpcSubnets } });
    expect(synthesised(stack)).toContain(says);
    const other = new Stack(stack.node.root as App, 'Verified');
    new VerifiedDeployment(other, 'Verified', { cluster, vpc, vpcSubnets });
    expect(problemsOf(() => (stack.node.root as App).synth({ force: true }))).toContain(says);
  });

  it('have a way to AWS by both, and only by IPv4 where there is no other', () => {
    const ways = (vpc: IVpc, networkType: NetworkType) => {
      clusterIn(vpc, networkType, { rotation: { vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } } });
      const groups = Template.fromStack(Stack.of(vpc)).findResources('AWS::EC2::SecurityGroup');
      const [, group] = Object.entries(groups).find(([id]) => id.startsWith('CacheRotation')) ?? [];
      return group?.Properties.SecurityGroupEgress.map((rule: Record<string, unknown>) => rule.CidrIp ?? rule.CidrIpv6);
    };
    expect(ways(isolatedVpc(emptyStack()), 'ipv4')).toEqual(['0.0.0.0/0']);
    expect(ways(vpcWith('dual_stack'), 'dual_stack')).toEqual(['0.0.0.0/0', '::/0']);
  });
});

it('a VPC of the library with both families is taken as it is', () => {
  const stack = emptyStack();
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, ipProtocol: IpProtocol.DUAL_STACK }) as IVpc;
  clusterIn(vpc, 'dual_stack');
  expect(synthesised(stack)).toBe('made');
});
