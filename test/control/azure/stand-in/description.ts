/** The resources as ARM would show them for a lab: what a lab has is read from it, the rest is named in DESCRIBED_ONLY. */
import type { Cluster, Database } from '../../../../lib/control/azure/description.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import type { AzureManagedRedisTopology } from '../../../../lib/topology/azure-managed-redis.ts';
import type { AzureResourceId } from '../../../../lib/topology/azure-resource-id.ts';
import { AZURE_SKU_GIGABYTES, isFlashSku } from '../../../../lib/topology/limits.ts';
import type { Draft } from '../../../verify/healthy.ts';

/** Fields that no lab has: the stand-in repeats what was declared, so a comparison of them shows nothing but that they are compared. */
export const DESCRIBED_ONLY = [
  'sku',
  'zones',
  'evictionPolicy',
  'modules',
  'persistence',
  'geoReplication',
  'deferUpgrade',
  'notifyKeyspaceEvents',
  'maintenanceConfiguration',
  'publicNetworkAccess',
  'privateEndpointConnections',
  'accessPolicyAssignments',
  'encryption',
] as const;

export function topologyOf({ topology }: Pick<Lab, 'topology'>): AzureManagedRedisTopology {
  if (topology.platform !== 'azure-managed-redis') throw new Error(`The lab is of ${topology.platform}, not of Azure.`);
  return topology;
}

/** As the provisioned component sets it: public access off, which needs a private endpoint. */
export function clusterOf(lab: Lab, id: AzureResourceId, tags: Readonly<Record<string, string>>): Draft<Cluster> {
  const topology = topologyOf(lab);
  return {
    id: id.clusterId,
    name: id.clusterName,
    location: 'westeurope',
    tags: { ...tags },
    ...(topology.zones.length === 0 ? {} : { zones: [...topology.zones] }),
    sku: { name: topology.sku },
    properties: {
      highAvailability: topology.highAvailability ? 'Enabled' : 'Disabled',
      minimumTlsVersion: lab.profile.tls.minimumVersion.replace('TLSv', ''),
      publicNetworkAccess: 'Disabled',
      ...(topology.maintenanceWindows.length === 0
        ? {}
        : {
            maintenanceConfiguration: {
              maintenanceWindows: topology.maintenanceWindows.map(({ dayOfWeek, startHourUtc, durationHours }) => ({
                type: 'Weekly',
                duration: `PT${durationHours}H`,
                startHourUtc,
                schedule: { dayOfWeek },
              })),
            },
          }),
      hostName: lab.profile.endpoint.host,
      provisioningState: 'Succeeded',
      resourceState: 'Running',
      redisVersion: majorMinor(lab.serverVersion),
    },
  };
}

export function databaseFor(lab: Lab, databaseId: string, peerIds: readonly string[]): Draft<Database> {
  const topology = topologyOf(lab);
  const { persistence, geoReplication } = topology;
  return {
    id: databaseId,
    name: 'default',
    properties: {
      clientProtocol: 'Encrypted',
      port: lab.profile.endpoint.port,
      provisioningState: 'Succeeded',
      resourceState: 'Running',
      clusteringPolicy: lab.profile.clusteringPolicy ?? topology.clusteringPolicy,
      evictionPolicy: topology.evictionPolicy,
      persistence:
        persistence.kind === 'aof'
          ? { aofEnabled: true, aofFrequency: persistence.frequency, rdbEnabled: false }
          : persistence.kind === 'rdb'
            ? { aofEnabled: false, rdbEnabled: true, rdbFrequency: persistence.frequency }
            : { aofEnabled: false, rdbEnabled: false },
      modules: topology.modules.map((name) => ({ name, version: '1.0' })),
      ...(geoReplication.kind === 'none'
        ? {}
        : {
            geoReplication: {
              groupNickname: geoReplication.groupNickname,
              linkedDatabases: [databaseId, ...peerIds].map((id) => ({ id, state: 'Linked' })),
            },
          }),
      redisVersion: majorMinor(lab.serverVersion),
      deferUpgrade: topology.deferUpgrade ? 'Deferred' : 'NotDeferred',
      accessKeysAuthentication: topology.authentication.kind === 'access-key' ? 'Enabled' : 'Disabled',
      notifyKeyspaceEvents: topology.keyspaceEvents,
    },
  };
}

/** Everything in memory but what is there already. */
export function skuOffers(sku: string | undefined): { readonly name: string; readonly sizeInGB: number }[] {
  return Object.entries(AZURE_SKU_GIGABYTES)
    .filter(([name]) => name !== sku && !isFlashSku(name))
    .map(([name, sizeInGB]) => ({ name, sizeInGB }));
}

function majorMinor(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
