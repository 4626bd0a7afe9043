import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { IpAddresses, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { vi } from 'vitest';
import { ElastiCacheCluster, type ElastiCacheClusterProps } from '../../lib/aws/elasticache-cluster.ts';
import type { ElastiCacheTopologyInput } from '../../lib/aws/judge-topology.ts';
import { ownVpc } from '../../lib/aws/own-vpc.ts';

// The first synthesis of a process loads the library's rules, on a busy machine for longer than a test usually takes.
vi.setConfig({ testTimeout: 60_000 });

export const TOPOLOGY: ElastiCacheTopologyInput = {
  platform: 'elasticache',
  name: 'shop',
  shardCount: 3,
  replicasPerShard: 1,
};

/** A stack that names no account, so that nothing is looked up. What CloudFormation would refuse fails the synthesis. */
export function emptyStack(): Stack {
  const context = { '@aws-cdk/core:validateAgainstDefaultRules': true };
  return new Stack(new App({ analyticsReporting: false, context }), 'Test');
}

export function isolatedVpc(stack: Stack): IVpc {
  const vpc = new Vpc(stack, 'Vpc', {
    ipAddresses: IpAddresses.cidr('10.0.0.0/16'),
    maxAzs: 2,
    natGateways: 0,
    subnetConfiguration: [{ name: 'cache', subnetType: SubnetType.PRIVATE_ISOLATED }],
  });
  // The library's class and interface differ in `vpnGatewayId` under exactOptionalPropertyTypes.
  return vpc as IVpc;
}

/** A VPC whose subnets have the addresses that a cache of this network type needs. */
export function vpcFor(stack: Stack, networkType: ElastiCacheTopologyInput['networkType'] = 'ipv4') {
  if (networkType === 'ipv4') return { vpc: isolatedVpc(stack) };
  const { vpc, forCache: vpcSubnets } = ownVpc(stack, networkType);
  return { vpc, vpcSubnets };
}

export interface Made {
  readonly stack: Stack;
  readonly cluster: ElastiCacheCluster;
  readonly template: () => Template;
}

/** Without the rotation, which brings a function, a role and rules of its own: rotation.test.ts is about them. */
export function clusterWith(
  topology: Partial<ElastiCacheTopologyInput> = {},
  props: Partial<ElastiCacheClusterProps> = {},
): Made {
  return clusterAsGiven(topology, { rotation: false, ...props });
}

/** With everything that is made without asking. */
export function clusterAsGiven(
  topology: Partial<ElastiCacheTopologyInput> = {},
  props: Partial<ElastiCacheClusterProps> = {},
): Made {
  const stack = emptyStack();
  const cluster = new ElastiCacheCluster(stack, 'Cache', {
    ...vpcFor(stack, topology.networkType),
    topology: { ...TOPOLOGY, ...topology },
    ...props,
  });
  return { stack, cluster, template: () => Template.fromStack(stack) };
}

export const GROUP = 'AWS::ElastiCache::ReplicationGroup';

type Resource = { readonly Properties: Record<string, unknown> } & Readonly<Record<string, unknown>>;

/** The only resource of its type. */
export function only(template: Template, type: string): Resource {
  const found = Object.values(template.findResources(type)) as Resource[];
  if (found.length !== 1 || found[0] === undefined) throw new Error(`There are ${found.length} of ${type}, not 1.`);
  return found[0];
}

/** The messages of the problems that making this throws, or `made` when nothing is thrown. */
export function problemsOf(make: () => unknown): string {
  try {
    make();
    return 'made';
  } catch (error) {
    return String(error);
  }
}
