/** The cluster and the one database in it. */

import { getRedisEnterpriseOutput } from '@pulumi/azure-native/redisenterprise/getRedisEnterprise.js';
import { RedisEnterprise } from '@pulumi/azure-native/redisenterprise/redisEnterprise.js';
import { type CustomResource, type Input, interpolate, type Output } from '@pulumi/pulumi';
import type { AzureManagedRedisTopology } from '../topology/azure-managed-redis.ts';
import { DEFAULT_API_VERSION, hasFeature, propertyPath, registerServiceResource } from './api-version.ts';
import type { CustomerManagedKey, ManagedRedisArgs } from './arguments.ts';
import { importIds, importing } from './existing/import.ts';
import type { Placement } from './placement.ts';
import { policyChangeOptions } from './policy-change.ts';

/** The service allows one database, of this name. */
export const DATABASE_NAME = 'default';

export function createCluster(
  placement: Placement,
  topology: AzureManagedRedisTopology,
  args: ManagedRedisArgs,
): CustomResource {
  const { name, parent, resourceGroupName, location, tags } = placement;
  const { encryptionKey, publicNetworkAccess = false, protect = true, apiVersion = DEFAULT_API_VERSION } = args;
  const windows = hasFeature(apiVersion, 'maintenanceWindows')
    ? { maintenanceConfiguration: maintainedIn(topology) }
    : {};
  return registerServiceResource(
    'RedisEnterprise',
    {
      name,
      apiVersion,
      inputs: {
        clusterName: topology.name,
        resourceGroupName,
        location,
        // A cluster without tags has no empty ones: they would be a change of what was taken over.
        ...(args.tags === undefined ? {} : { tags }),
        sku: { name: topology.sku },
        highAvailability: onOff(topology.highAvailability),
        minimumTlsVersion: topology.minimumTlsVersion,
        publicNetworkAccess: onOff(publicNetworkAccess),
        ...(topology.zones.length === 0 ? {} : { zones: topology.zones }),
        ...(encryptionKey === undefined ? {} : encryptedWith(encryptionKey)),
        ...windows,
      },
    },
    { parent, protect, ...importing(importIds(args.import).cluster) },
  );
}

/** The generic resource has the name among properties without types, which a preview fills only half; so the service is asked. */
export function hostNameOf(
  { parent, resourceGroupName }: Placement,
  topology: AzureManagedRedisTopology,
  cluster: CustomResource,
): Output<string> {
  if (cluster instanceof RedisEnterprise) return cluster.hostName;
  // Known once the cluster exists: before that there is nothing to ask for.
  const clusterName = cluster.id.apply(() => topology.name);
  return getRedisEnterpriseOutput({ clusterName, resourceGroupName }, { parent }).hostName;
}

export function createDatabase(
  placement: Placement,
  topology: AzureManagedRedisTopology,
  args: ManagedRedisArgs,
  cluster: CustomResource,
): CustomResource {
  const { name, parent, resourceGroupName } = placement;
  const { apiVersion = DEFAULT_API_VERSION } = args;
  const resourceName = `${name}-database`;
  const events = hasFeature(apiVersion, 'keyspaceEvents') ? { notifyKeyspaceEvents: topology.keyspaceEvents } : {};
  return registerServiceResource(
    'Database',
    {
      name: resourceName,
      apiVersion,
      inputs: {
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
        ...events,
      },
    },
    {
      parent,
      dependsOn: [cluster],
      // Whoever replaces the cluster deletes its database: by the engine's rules nothing else says so.
      replaceWith: [cluster],
      protect: args.protect ?? true,
      // The name is fixed, so the old one has to go before the new one can come.
      deleteBeforeReplace: true,
      // The group grows with each member that joins; that is no change of this one, which could only be recreated.
      ...(topology.geoReplication.kind === 'active'
        ? { ignoreChanges: [propertyPath(apiVersion, 'geoReplication.linkedDatabases')] }
        : {}),
      ...importing(importIds(args.import).database),
      ...policyChangeOptions(resourceName, topology.clusteringPolicy, { change: args.policyChange, apiVersion }),
    },
  );
}

/** An empty list gives the choice back to the service. */
function maintainedIn({ maintenanceWindows }: AzureManagedRedisTopology) {
  return {
    maintenanceWindows: maintenanceWindows.map(({ dayOfWeek, startHourUtc, durationHours }) => ({
      type: 'Weekly',
      duration: `PT${durationHours}H`,
      startHourUtc,
      schedule: { dayOfWeek },
    })),
  };
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
  cluster: CustomResource,
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
