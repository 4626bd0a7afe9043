/** The cluster and the one database in it. */

import { Database } from '@pulumi/azure-native/redisenterprise/database.js';
import { RedisEnterprise } from '@pulumi/azure-native/redisenterprise/redisEnterprise.js';
import { type Input, interpolate } from '@pulumi/pulumi';
import type { AzureManagedRedisTopology } from '../topology/azure-managed-redis.ts';
import type { CustomerManagedKey, ManagedRedisArgs } from './arguments.ts';
import type { Placement } from './placement.ts';
import { policyChangeOptions } from './policy-change.ts';

/** The service allows one database, of this name. */
export const DATABASE_NAME = 'default';

export function createCluster(
  placement: Placement,
  topology: AzureManagedRedisTopology,
  { encryptionKey, publicNetworkAccess = false, protect = true }: ManagedRedisArgs,
): RedisEnterprise {
  const { name, parent, resourceGroupName, location, tags } = placement;
  return new RedisEnterprise(
    name,
    {
      clusterName: topology.name,
      resourceGroupName,
      location,
      tags,
      sku: { name: topology.sku },
      highAvailability: onOff(topology.highAvailability),
      minimumTlsVersion: topology.minimumTlsVersion,
      publicNetworkAccess: onOff(publicNetworkAccess),
      ...(topology.zones.length === 0 ? {} : { zones: topology.zones }),
      ...(encryptionKey === undefined ? {} : encryptedWith(encryptionKey)),
    },
    { parent, protect },
  );
}

export function createDatabase(
  placement: Placement,
  topology: AzureManagedRedisTopology,
  args: ManagedRedisArgs,
  cluster: RedisEnterprise,
): Database {
  const { name, parent, resourceGroupName } = placement;
  const resourceName = `${name}-database`;
  return new Database(
    resourceName,
    {
      databaseName: DATABASE_NAME,
      clusterName: topology.name,
      resourceGroupName,
      port: topology.port,
      clientProtocol: topology.clientProtocol,
      clusteringPolicy: topology.clusteringPolicy,
      evictionPolicy: topology.evictionPolicy,
      accessKeysAuthentication: onOff(args.accessKeys !== undefined),
      deferUpgrade: topology.deferUpgrade ? 'Deferred' : 'NotDeferred',
      ...(topology.modules.length === 0 ? {} : { modules: topology.modules.map((module) => ({ name: module })) }),
      ...persistedAs(topology),
      ...linkedAs(topology, cluster, args.linkedDatabases ?? []),
    },
    {
      parent,
      dependsOn: [cluster],
      protect: args.protect ?? true,
      // The name is fixed, so the old one has to go before the new one can come.
      deleteBeforeReplace: true,
      // The group grows with each member that joins; that is no change of this one, which could only be recreated.
      ...(topology.geoReplication.kind === 'active' ? { ignoreChanges: ['geoReplication.linkedDatabases'] } : {}),
      ...policyChangeOptions(resourceName, topology.clusteringPolicy, args.policyChange),
    },
  );
}

function persistedAs({ persistence }: AzureManagedRedisTopology) {
  switch (persistence.kind) {
    case 'none':
      return {};
    case 'aof':
      return { persistence: { aofEnabled: true, aofFrequency: persistence.frequency, rdbEnabled: false } };
    case 'rdb':
      return { persistence: { rdbEnabled: true, rdbFrequency: persistence.frequency, aofEnabled: false } };
  }
}

/** The service wants the new member in the list of those it joins. */
function linkedAs(
  { geoReplication }: AzureManagedRedisTopology,
  cluster: RedisEnterprise,
  others: readonly Input<string>[],
) {
  if (geoReplication.kind === 'none') return {};
  const own = interpolate`${cluster.id}/databases/${DATABASE_NAME}`;
  const linkedDatabases = [...others, own].map((id) => ({ id }));
  return { geoReplication: { groupNickname: geoReplication.groupNickname, linkedDatabases } };
}

function encryptedWith({ keyUrl, identityId }: CustomerManagedKey) {
  return {
    identity: { type: 'UserAssigned', userAssignedIdentities: [identityId] },
    encryption: {
      customerManagedKeyEncryption: {
        keyEncryptionKeyUrl: keyUrl,
        keyEncryptionKeyIdentity: {
          identityType: 'userAssignedIdentity',
          userAssignedIdentityResourceId: identityId,
        },
      },
    },
  };
}

function onOff(on: boolean): 'Enabled' | 'Disabled' {
  return on ? 'Enabled' : 'Disabled';
}
