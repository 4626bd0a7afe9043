/**
 * IPv4 and IPv6: what a cache's network type asks of its subnets, and a function of its own.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/network-type.html: "ElastiCache clusters require a dual-stack subnet with both
 * IPv4 and IPv6 addresses assigned to them to operate in dual-stack mode and an IPv6-only subnet to operate as IPv6-only."
 */

import { CfnSubnet, CfnSubnetCidrBlock, type ISubnet, Peer, Port, type SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';

export type NetworkType = ElastiCacheTopology['networkType'];

/** The CDK's names of what subnets have, in the words of people. */
const FAMILIES = {
  ipv4: 'only IPv4 addresses',
  ipv6: 'only IPv6 addresses',
  dual_stack: 'IPv4 and IPv6 addresses',
} as const satisfies Record<NetworkType, string>;

const NEEDED: Readonly<Record<NetworkType, { readonly families: readonly NetworkType[]; readonly how: string }>> = {
  ipv4: { families: ['ipv4', 'dual_stack'], how: 'subnets with IPv4 addresses' },
  dual_stack: {
    families: ['dual_stack'],
    how: 'subnets with both (`ipProtocol: IpProtocol.DUAL_STACK` of the Vpc)',
  },
  ipv6: { families: ['ipv6'], how: 'IPv6-only subnets (`ipv6Native` of the CfnSubnet), not such with both' },
};

/** Fails the synthesis when subnets of this app do not have what the cache needs; of those made elsewhere nothing is known. */
export function needAddresses(scope: Construct, subnets: readonly ISubnet[], networkType: NetworkType): void {
  const { families, how } = NEEDED[networkType];
  // Not when the construct is made: subnets are given their addresses by other constructs and by aspects, too.
  scope.node.addValidation({
    validate: () =>
      others(subnets, families).map(
        (which) =>
          `AWS_SUBNET_ADDRESSES: \`networkType\` is "${networkType}", and ${which}: it needs ${how}. Choose others with \`vpcSubnets\`, or another network type; neither can be changed later.`,
      ),
  });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-ipv6: a function needs IPv4, and may have IPv6 too. */
export function needAddressesOfFunctions(scope: Construct, subnets: readonly ISubnet[]): void {
  scope.node.addValidation({
    validate: () =>
      others(subnets, ['ipv4', 'dual_stack']).map(
        (which) =>
          `AWS_FUNCTION_SUBNET_ADDRESSES: ${which}, in which no function can stand. Choose subnets with IPv4 and IPv6 addresses for it (\`vpcSubnets\`).`,
      ),
  });
}

/** A way to AWS's own endpoints, and to the networks' other family where there is one. */
export function letOutToApis(group: SecurityGroup, networkType: NetworkType, description: string): void {
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), description);
  if (networkType !== 'ipv4') group.addEgressRule(Peer.anyIpv6(), Port.tcp(443), description);
}

/** What subnets that have something else have, one text for each kind. */
function others(subnets: readonly ISubnet[], wanted: readonly NetworkType[]): string[] {
  const found = new Map<NetworkType, string[]>();
  for (const subnet of subnets) {
    const family = familyOf(subnet);
    if (family === undefined || wanted.includes(family)) continue;
    found.set(family, [...(found.get(family) ?? []), subnet.node.path]);
  }
  return [...found].map(
    ([family, paths]) => `${paths.join(', ')} ${paths.length === 1 ? 'has' : 'have'} ${FAMILIES[family]}`,
  );
}

/** Undefined for a subnet that is not made in this app. */
function familyOf(subnet: ISubnet): NetworkType | undefined {
  const made = subnet.node.defaultChild;
  if (!(made instanceof CfnSubnet)) return undefined;
  const properties = propertiesOf(made);
  if (properties.Ipv6Native === true) return 'ipv6';
  const hasIpv6 =
    properties.Ipv6CidrBlock !== undefined || properties.Ipv6IpamPoolId !== undefined || isGivenBlock(made);
  return hasIpv6 ? 'dual_stack' : 'ipv4';
}

/** As in the template, with what was overridden. */
function propertiesOf(subnet: CfnSubnet): Record<string, unknown> {
  const { Resources } = Stack.of(subnet).resolve(subnet._toCloudFormation()) as {
    Resources: Record<string, { Properties?: Record<string, unknown> }>;
  };
  return Object.values(Resources)[0]?.Properties ?? {};
}

/** By a resource of its own. */
function isGivenBlock(subnet: CfnSubnet): boolean {
  const stack = Stack.of(subnet);
  const id = JSON.stringify(stack.resolve(subnet.ref));
  return stack.node.root.node
    .findAll()
    .some(
      (construct) =>
        construct instanceof CfnSubnetCidrBlock && JSON.stringify(stack.resolve(construct.subnetId)) === id,
    );
}
