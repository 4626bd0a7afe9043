/**
 * The VPC of a deployment that was given none: isolated subnets in two zones, without a way in or out, for the addresses that
 * are asked for; nothing open, and a record of who spoke with whom.
 */

import {
  type CfnSubnet,
  FlowLogDestination,
  FlowLogTrafficType,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  IpProtocol,
  type ISubnet,
  type IVpc,
  Peer,
  type SubnetConfiguration,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Stack } from 'aws-cdk-lib/core';
import { acknowledgeInlinePolicies } from './acknowledged-rules.ts';
import type { NetworkType } from './address-families.ts';

export interface OwnVpc {
  /** The library's class and interface differ in `vpnGatewayId` under exactOptionalPropertyTypes. */
  readonly vpc: IVpc & Pick<Vpc, 'addFlowLog'>;
  /** Where the cache stands. */
  readonly forCache: SubnetSelection;
  /** Where functions and endpoints stand, which need IPv4. */
  readonly forFunctions: SubnetSelection;
}

const ADDRESSES = '10.0.0.0/16';
const CACHE: SubnetConfiguration = { name: 'cache', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 22 };
const FUNCTIONS: SubnetConfiguration = { name: 'functions', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 };

/** Its default security group, which would let its members talk to anybody, is closed. */
export function ownVpc(stack: Stack, networkType: NetworkType): OwnVpc {
  const isIpv6Only = networkType === 'ipv6';
  const vpc = new Vpc(stack, 'Vpc', {
    ipAddresses: IpAddresses.cidr(ADDRESSES),
    ...(networkType === 'ipv4' ? {} : { ipProtocol: IpProtocol.DUAL_STACK }),
    maxAzs: 2,
    natGateways: 0,
    restrictDefaultSecurityGroup: true,
    subnetConfiguration: isIpv6Only ? [CACHE, FUNCTIONS] : [CACHE],
  });
  // A gateway for IPv6 to the world, which the library adds whatever the subnets are, and which no route leads to.
  vpc.node.tryRemoveChild('EIGW6');
  const forCache = { subnetGroupName: CACHE.name };
  if (isIpv6Only) vpc.selectSubnets(forCache).subnets.forEach(withoutIpv4);
  const forFunctions = isIpv6Only ? { subnetGroupName: FUNCTIONS.name } : forCache;
  return { vpc: vpc as OwnVpc['vpc'], forCache, forFunctions };
}

function withoutIpv4(subnet: ISubnet): void {
  const made = subnet.node.defaultChild as CfnSubnet;
  made.ipv6Native = true;
  for (const property of ['CidrBlock', 'MapPublicIpOnLaunch']) made.addPropertyDeletionOverride(property);
}

/** Every connection, taken or refused, for a month. @param key that CloudWatch Logs may use */
export function logTraffic({ vpc }: OwnVpc, key: IKey): void {
  const logGroup = new LogGroup(vpc, 'Traffic', { retention: RetentionDays.ONE_MONTH, encryptionKey: key });
  const flowLog = vpc.addFlowLog('FlowLog', {
    destination: FlowLogDestination.toCloudWatchLogs(logGroup),
    trafficType: FlowLogTrafficType.ALL,
  });
  acknowledgeInlinePolicies(flowLog);
}

/** For whatever stands in the VPC. Its addresses are said as they are: of a reference no rule could tell whom it lets in. */
export function addEndpointsForRotation({ vpc, forFunctions: subnets }: OwnVpc): void {
  for (const [id, service] of Object.entries(ENDPOINTS)) {
    const endpoint = vpc.addInterfaceEndpoint(id, { service, subnets, open: false });
    endpoint.connections.allowDefaultPortFrom(Peer.ipv4(ADDRESSES), 'From the VPC');
  }
}

const ENDPOINTS = {
  SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  ElastiCache: InterfaceVpcEndpointAwsService.ELASTICACHE,
};
