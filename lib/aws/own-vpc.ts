/** The VPC of a deployment that was given none: isolated subnets in two zones, without a way in or out, for the addresses that are asked for. */
import type { Stack } from 'aws-cdk-lib';
import {
  type CfnSubnet,
  IpAddresses,
  IpProtocol,
  type ISubnet,
  type IVpc,
  type SubnetConfiguration,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { NetworkType } from './address-families.ts';

export interface OwnVpc {
  readonly vpc: IVpc;
  /** Where the cache stands. */
  readonly forCache: SubnetSelection;
  /** Where functions and endpoints stand, which need IPv4. */
  readonly forFunctions: SubnetSelection;
}

const CACHE: SubnetConfiguration = { name: 'cache', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 22 };
const FUNCTIONS: SubnetConfiguration = { name: 'functions', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 };

export function ownVpc(stack: Stack, networkType: NetworkType): OwnVpc {
  const isIpv6Only = networkType === 'ipv6';
  const vpc = new Vpc(stack, 'Vpc', {
    ipAddresses: IpAddresses.cidr('10.0.0.0/16'),
    ...(networkType === 'ipv4' ? {} : { ipProtocol: IpProtocol.DUAL_STACK }),
    maxAzs: 2,
    natGateways: 0,
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: isIpv6Only ? [CACHE, FUNCTIONS] : [CACHE],
  });
  // A gateway for IPv6 to the world, which the library adds whatever the subnets are, and which no route leads to.
  vpc.node.tryRemoveChild('EIGW6');
  const forCache = { subnetGroupName: CACHE.name };
  if (isIpv6Only) vpc.selectSubnets(forCache).subnets.forEach(withoutIpv4);
  // The library's class and interface differ in `vpnGatewayId` under exactOptionalPropertyTypes.
  return { vpc: vpc as IVpc, forCache, forFunctions: isIpv6Only ? { subnetGroupName: FUNCTIONS.name } : forCache };
}

function withoutIpv4(subnet: ISubnet): void {
  const made = subnet.node.defaultChild as CfnSubnet;
  made.ipv6Native = true;
  for (const property of ['CidrBlock', 'MapPublicIpOnLaunch']) made.addPropertyDeletionOverride(property);
}
