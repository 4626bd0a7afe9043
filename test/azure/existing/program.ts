/** A Pulumi program of an application that uses another team's database. Without `clusterId` it uses one whose id is not known yet. */
import { ResourceGroup } from '@pulumi/azure-native/resources/resourceGroup.js';
import { Config } from '@pulumi/pulumi';
import { ExistingManagedRedis } from '../../../lib/azure/index.ts';
import { NETWORK_ID, SUBNET_ID } from '../arguments.ts';
import { EXPECTED_TOPOLOGY, USER } from './found.ts';

export default function program() {
  const clusterId = new Config('redoubt').get('clusterId') ?? new ResourceGroup('later').id;
  const redis = new ExistingManagedRedis('sessions', {
    clusterId,
    topology: EXPECTED_TOPOLOGY,
    resourceGroupName: 'shop',
    users: [USER],
    privateEndpoint: { subnetId: SUBNET_ID, dns: { kind: 'new-zone', virtualNetworkIds: [NETWORK_ID] } },
  });
  return { profile: redis.profile, clusterId: redis.clusterId };
}
