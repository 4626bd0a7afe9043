/** How clients reach the database: a private address, the name that leads there, and the ports that must be open. */

import { PrivateDnsZoneGroup } from '@pulumi/azure-native/network/privateDnsZoneGroup.js';
import { PrivateEndpoint } from '@pulumi/azure-native/network/privateEndpoint.js';
import { SecurityRule } from '@pulumi/azure-native/network/securityRule.js';
import { PrivateZone } from '@pulumi/azure-native/privatedns/privateZone.js';
import type { Input, Resource } from '@pulumi/pulumi';
import { AZURE_SHARD_PORT_RANGE } from '../profile/policy.ts';
import type { AzureManagedRedisTopology } from '../topology/azure-managed-redis.ts';
import type { PrivateDns, PrivateEndpointArgs, SecurityRuleArgs } from './arguments.ts';
import type { Deployed, Placement } from './placement.ts';
import { createZoneLinks } from './zone-links.ts';

/** https://learn.microsoft.com/azure/private-link/private-endpoint-dns */
export const PRIVATE_ZONE = 'privatelink.redis.azure.net';
export const PRIVATE_LINK_GROUP = 'redisEnterprise';

/** @param after the last that is made in the cluster: the service refuses a second operation on a cluster that is still busy with one */
export function createPrivateEndpoint(
  placement: Placement,
  endpoint: PrivateEndpointArgs,
  cluster: Deployed,
  after: Resource | undefined,
): PrivateEndpoint {
  const service = { group: PRIVATE_LINK_GROUP, zoneName: PRIVATE_ZONE, target: cluster };
  return createEndpointTo(placement, endpoint, { ...service, dependsOn: after === undefined ? [] : [after] });
}

/** A service that is reached through a private endpoint. */
export interface EndpointTarget {
  /** Its name for private links: `redisEnterprise`, `blob`. */
  readonly group: string;
  readonly zoneName: string;
  readonly target: Deployed;
  readonly dependsOn?: readonly Resource[];
}

export function createEndpointTo(
  placement: Placement,
  { subnetId, dns }: PrivateEndpointArgs,
  { group, zoneName, target, dependsOn = [] }: EndpointTarget,
): PrivateEndpoint {
  const { name, parent, resourceGroupName, location, tags } = placement;
  const endpointName = `${name}-endpoint`;
  const endpoint = new PrivateEndpoint(
    endpointName,
    {
      privateEndpointName: endpointName,
      resourceGroupName,
      location,
      tags,
      subnet: { id: subnetId },
      privateLinkServiceConnections: [{ name: group, groupIds: [group], privateLinkServiceId: target.id }],
    },
    { parent, dependsOn: [...dependsOn] },
  );
  new PrivateDnsZoneGroup(
    `${name}-zone-group`,
    {
      privateEndpointName: endpointName,
      privateDnsZoneGroupName: 'default',
      resourceGroupName,
      privateDnsZoneConfigs: [
        { name: group === PRIVATE_LINK_GROUP ? 'redis' : group, privateDnsZoneId: zoneIdOf(placement, dns, zoneName) },
      ],
    },
    { parent, dependsOn: [endpoint] },
  );
  return endpoint;
}

/** Under the OSS policy clients talk to every shard, whose ports change with every maintenance. */
export function portRangesOf({ clusteringPolicy, port }: AzureManagedRedisTopology): string[] {
  const { from, to } = AZURE_SHARD_PORT_RANGE;
  return clusteringPolicy === 'OSSCluster' ? [String(port), `${from}-${to}`] : [String(port)];
}

export function createSecurityRule(
  { name, parent, resourceGroupName }: Placement,
  topology: AzureManagedRedisTopology,
  rule: SecurityRuleArgs,
): SecurityRule {
  return new SecurityRule(
    `${name}-clients`,
    {
      networkSecurityGroupName: rule.networkSecurityGroupName,
      resourceGroupName: rule.resourceGroupName ?? resourceGroupName,
      description: `Clients of ${topology.name} (${topology.clusteringPolicy})`,
      access: 'Allow',
      direction: 'Inbound',
      protocol: 'Tcp',
      priority: rule.priority ?? 200,
      sourceAddressPrefix: rule.sourceAddressPrefix ?? 'VirtualNetwork',
      sourcePortRange: '*',
      destinationAddressPrefix: 'VirtualNetwork',
      destinationPortRanges: portRangesOf(topology),
    },
    { parent },
  );
}

function zoneIdOf(placement: Placement, dns: PrivateDns, zoneName: string): Input<string> {
  if (dns.kind === 'existing-zone') return dns.zoneId;
  const { name, parent, resourceGroupName, tags } = placement;
  const zone = new PrivateZone(
    `${name}-zone`,
    { privateZoneName: zoneName, resourceGroupName, location: 'Global', tags },
    { parent },
  );
  createZoneLinks(placement, zone, { zoneName, networks: dns.virtualNetworkIds });
  return zone.id;
}
