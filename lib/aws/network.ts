/** Where the cluster stands: private subnets, and a security group that is never open to the world. */
import { type ISubnet, type IVpc, SecurityGroup, type SubnetSelection, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import type { Construct } from 'constructs';
import type { Problem } from '../base/problem.ts';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { judgeClientRules, type Ports } from './client-rules.ts';
import { isVpc, vpcFormProblems } from './option-forms.ts';
import { zonesOfSubnets } from './zone-problems.ts';

/** The isolated subnets when the VPC has some, the private ones with a way out otherwise. */
export function chosenSubnets(vpc: IVpc, selection?: SubnetSelection): readonly ISubnet[] {
  if (!isVpc(vpc)) return [];
  if (selection !== undefined) return vpc.selectSubnets(selection).subnets;
  const subnetType = vpc.isolatedSubnets.length > 0 ? SubnetType.PRIVATE_ISOLATED : SubnetType.PRIVATE_WITH_EGRESS;
  const hasSome = vpc.isolatedSubnets.length + vpc.privateSubnets.length > 0;
  return hasSome ? vpc.selectSubnets({ subnetType }).subnets : [];
}

export function hasWayOut(vpc: IVpc): boolean {
  return vpc.privateSubnets.length > 0;
}

/** For functions that ask AWS itself: those with a NAT gateway when there are some, otherwise as for the cache. */
export function subnetsWithWayOut(vpc: IVpc, selection?: SubnetSelection): readonly ISubnet[] {
  if (selection !== undefined || !hasWayOut(vpc)) return chosenSubnets(vpc, selection);
  return vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS }).subnets;
}

export function subnetProblems(
  vpc: IVpc,
  subnets: readonly ISubnet[],
  { multiAz }: Pick<ElastiCacheTopology, 'multiAz'>,
): Problem[] {
  if (!isVpc(vpc)) return vpcFormProblems(vpc);
  const problems: Problem[] = [];
  const publicIds = new Set(vpc.publicSubnets.map(({ subnetId }) => subnetId));
  const zones = zonesOfSubnets(subnets);
  if (subnets.length === 0) {
    const message =
      'The VPC has no private or isolated subnet, and a cache does not belong into a public one. Add private subnets, or choose others with `vpcSubnets`.';
    problems.push({ code: 'AWS_NO_PRIVATE_SUBNETS', message, path: 'vpc' });
  }
  if (subnets.some(({ subnetId }) => publicIds.has(subnetId))) {
    const message =
      'The chosen subnets include a public one, and a cache does not belong there. Choose private or isolated subnets with `vpcSubnets`.';
    problems.push({ code: 'AWS_PUBLIC_SUBNET', message, path: 'vpcSubnets' });
  }
  if (multiAz && zones?.length === 1) {
    const message =
      'The chosen subnets lie in 1 zone while `multiAz` is true: a replica needs a second zone to survive in. Choose subnets of at least 2 zones, or set `multiAz` to false.';
    problems.push({ code: 'AWS_MULTI_AZ_NEEDS_TWO_ZONES', message, path: 'vpcSubnets' });
  }
  return problems;
}

export function subnetGroup(scope: Construct, subnets: readonly ISubnet[], name: string): CfnSubnetGroup {
  return new CfnSubnetGroup(scope, 'SubnetGroup', {
    description: `Private subnets of ${name}`,
    subnetIds: subnets.map(({ subnetId }) => subnetId),
  });
}

/** Lets nobody in until `connections` says who. The cache itself calls nobody. */
export function securityGroup(
  scope: Construct,
  vpc: IVpc,
  { name, ports }: { name: string; ports: Ports },
): SecurityGroup {
  const group = new SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: `Clients of ${name}`,
    allowAllOutbound: false,
  });
  judgeClientRules(scope, group, ports);
  return group;
}
