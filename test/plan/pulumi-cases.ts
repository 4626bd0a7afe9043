/** One case for every row of the Pulumi tables: which change leads to its code. */
import type { Effect } from '../../lib/plan/change.ts';

export interface Case {
  readonly code: string;
  readonly effect: Effect;
  readonly property: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Inputs of the same resource in both states. */
  readonly with?: Readonly<Record<string, unknown>>;
}

function of(effect: Effect) {
  return (
    code: string,
    property: string,
    before: unknown,
    after: unknown,
    both: Record<string, unknown> = {},
  ): Case => ({
    code,
    effect,
    property,
    before,
    after,
    with: both,
  });
}

const inPlace = of('in-place');
const interruption = of('interruption');
const unknown = of('unknown');
const refused = of('refused');
const loss = of('data-loss');

const sku = (name: string, more = {}) => ({ name, ...more });
const key = { customerManagedKeyEncryption: { keyEncryptionKeyUrl: 'https://v.vault.azure.net/keys/k/1' } };
const nextKey = { customerManagedKeyEncryption: { keyEncryptionKeyUrl: 'https://v.vault.azure.net/keys/k/2' } };

const links = (name: string) => [{ name, groupIds: ['redisEnterprise'] }];
const LINKED = { privateLinkServiceConnections: links('a') };

export const CASES: Readonly<Record<string, readonly Case[]>> = {
  RedisEnterprise: [
    unknown('AC_API_VERSION_UNKNOWN', 'apiVersion', '2026-06-01-preview', '2026-09-01'),
    loss('AC_NAME_REPLACES', 'clusterName', 'a', 'b'),
    interruption('AC_KEY_KIND_CHANGES', 'encryption', undefined, key),
    interruption('AC_KEY_CHANGES', 'encryption', key, nextKey),
    refused('AC_HA_OFF_REFUSED', 'highAvailability', undefined, 'Disabled'),
    inPlace('AC_HA_SAME', 'highAvailability', undefined, 'Enabled'),
    interruption('AC_HA_ON', 'highAvailability', 'Disabled', 'Enabled'),
    unknown('AC_IDENTITY_OF_KEY_UNKNOWN', 'identity', { type: 'None' }, { type: 'UserAssigned' }, { encryption: key }),
    inPlace('AC_IDENTITY', 'identity', { type: 'None' }, { type: 'UserAssigned' }),
    loss('AC_LOCATION_REPLACES', 'location', 'westeurope', 'northeurope'),
    inPlace('AC_WINDOWS_CHANGE', 'maintenanceConfiguration', undefined, { maintenanceWindows: [] }),
    refused('AC_TLS_VERSION_REFUSED', 'minimumTlsVersion', '1.2', '1.1'),
    interruption('AC_TLS_VERSION', 'minimumTlsVersion', '1.0', '1.2'),
    interruption('AC_PUBLIC_ACCESS_OFF', 'publicNetworkAccess', 'Enabled', 'Disabled'),
    interruption('AC_PUBLIC_ACCESS_ON', 'publicNetworkAccess', 'Disabled', 'Enabled'),
    loss('AC_RESOURCE_GROUP_REPLACES', 'resourceGroupName', 'a', 'b'),
    loss('AC_SKU_WITHOUT_HA_LOSES', 'sku', sku('Balanced_B5'), sku('Balanced_B10'), { highAvailability: 'Disabled' }),
    refused('AC_SKU_LEGACY_REFUSED', 'sku', sku('Enterprise_E10'), sku('Balanced_B10')),
    refused('AC_SKU_FLASH_REFUSED', 'sku', sku('Balanced_B250'), sku('FlashOptimized_A250')),
    unknown('AC_SKU_SMALLER_UNKNOWN', 'sku', sku('Balanced_B10'), sku('Balanced_B5')),
    interruption('AC_SKU_CHANGES', 'sku', sku('Balanced_B10'), sku('MemoryOptimized_M20')),
    unknown(
      'AC_CAPACITY_UNKNOWN',
      'sku',
      sku('Enterprise_E10', { capacity: 2 }),
      sku('Enterprise_E10', { capacity: 4 }),
    ),
    inPlace('AC_TAGS', 'tags', { a: 'b' }, { a: 'c' }),
    unknown('AC_ZONES_UNKNOWN', 'zones', ['1'], ['1', '2']),
  ],
  Database: [
    interruption('AD_KEYS_ON', 'accessKeysAuthentication', 'Disabled', 'Enabled'),
    interruption('AD_KEYS_OFF', 'accessKeysAuthentication', 'Enabled', 'Disabled'),
    unknown('AD_API_VERSION_UNKNOWN', 'apiVersion', '2026-06-01-preview', '2026-09-01'),
    inPlace('AD_PROTOCOL_SAME', 'clientProtocol', undefined, 'Encrypted'),
    interruption('AD_PLAINTEXT', 'clientProtocol', 'Encrypted', 'Plaintext'),
    interruption('AD_ENCRYPTED', 'clientProtocol', 'Plaintext', 'Encrypted'),
    loss('AD_CLUSTER_REPLACES', 'clusterName', 'a', 'b'),
    inPlace('AD_POLICY_SAME', 'clusteringPolicy', undefined, 'OSSCluster'),
    interruption('AD_POLICY_FROM_NO_CLUSTER', 'clusteringPolicy', 'NoCluster', 'OSSCluster'),
    loss('AD_POLICY_REPLACES', 'clusteringPolicy', 'OSSCluster', 'EnterpriseCluster'),
    loss('AD_NAME_REPLACES', 'databaseName', 'default', 'other'),
    inPlace('AD_DEFER_UPGRADE', 'deferUpgrade', 'NotDeferred', 'Deferred'),
    inPlace('AD_EVICTION_SAME', 'evictionPolicy', 'VolatileLRU', undefined),
    interruption('AD_EVICTION_CHANGES', 'evictionPolicy', 'NoEviction', 'AllKeysLRU'),
    loss('AD_GEO_REMOVED', 'geoReplication', { groupNickname: 'g' }, undefined),
    loss('AD_GEO_ADDED', 'geoReplication', undefined, { groupNickname: 'g' }),
    loss('AD_GEO_CHANGES', 'geoReplication', { groupNickname: 'g' }, { groupNickname: 'h' }),
    loss('AD_MODULES_REPLACES', 'modules', [], [{ name: 'RedisJSON' }]),
    interruption('AD_KEYSPACE_EVENTS_OFF', 'notifyKeyspaceEvents', 'KEA', ''),
    inPlace('AD_KEYSPACE_EVENTS', 'notifyKeyspaceEvents', '', 'KEA'),
    interruption('AD_PERSISTENCE_OFF', 'persistence', { aofEnabled: true, aofFrequency: '1s' }, { aofEnabled: false }),
    inPlace('AD_PERSISTENCE', 'persistence', undefined, { rdbEnabled: true, rdbFrequency: '1h' }),
    loss('AD_PORT_REPLACES', 'port', 10_000, 10_001),
    loss('AD_RESOURCE_GROUP_REPLACES', 'resourceGroupName', 'a', 'b'),
  ],
  AccessPolicyAssignment: [
    unknown('AA_API_VERSION_UNKNOWN', 'apiVersion', '2026-06-01-preview', '2026-09-01'),
    interruption('AA_NAME_REPLACES', 'accessPolicyAssignmentName', 'a', 'b'),
    interruption('AA_POLICY_REPLACES', 'accessPolicyName', 'default', 'other'),
    interruption('AA_ACCESS_CHANGES', 'accessString', '+@all ~*', '+@read ~*'),
    interruption('AA_CLUSTER_REPLACES', 'clusterName', 'a', 'b'),
    interruption('AA_DATABASE_REPLACES', 'databaseName', 'a', 'b'),
    interruption('AA_RESOURCE_GROUP_REPLACES', 'resourceGroupName', 'a', 'b'),
    interruption('AA_USER_REPLACES', 'user', { objectId: 'a' }, { objectId: 'b' }),
  ],
  PrivateEndpointConnection: [
    interruption('AE_CLUSTER_NAME_REPLACES', 'clusterName', 'a', 'b'),
    interruption('AE_PRIVATE_ENDPOINT_CONNECTION_NAME_REPLACES', 'privateEndpointConnectionName', 'a', 'b'),
    interruption('AE_RESOURCE_GROUP_NAME_REPLACES', 'resourceGroupName', 'a', 'b'),
    interruption(
      'AE_STATE_CHANGES',
      'privateLinkServiceConnectionState',
      { status: 'Approved' },
      { status: 'Rejected' },
    ),
    inPlace('AE_ENDPOINT', 'privateEndpoint', undefined, { id: 'a' }),
  ],
  PrivateEndpoint: [
    inPlace('AP_SECURITY_GROUPS', 'applicationSecurityGroups', [], [{ id: 'a' }], LINKED),
    interruption('AP_DNS_CHANGES', 'customDnsConfigs', [], [{ fqdn: 'a' }], LINKED),
    interruption('AP_INTERFACE_REPLACES', 'customNetworkInterfaceName', 'a', 'b', LINKED),
    interruption('AP_EXTENDED_LOCATION_REPLACES', 'extendedLocation', undefined, { name: 'a' }, LINKED),
    interruption('AP_ID_REPLACES', 'id', 'a', 'b', LINKED),
    interruption('AP_ADDRESSES_CHANGE', 'ipConfigurations', [], [{ name: 'a' }], LINKED),
    interruption('AP_LOCATION_REPLACES', 'location', 'a', 'b', LINKED),
    interruption('AP_MANUAL_CONNECTIONS_CHANGE', 'manualPrivateLinkServiceConnections', [], [{ name: 'a' }], LINKED),
    interruption('AP_NAME_REPLACES', 'privateEndpointName', 'a', 'b', LINKED),
    interruption('AP_CONNECTIONS_CHANGE', 'privateLinkServiceConnections', links('a'), links('b')),
    interruption('AP_RESOURCE_GROUP_REPLACES', 'resourceGroupName', 'a', 'b', LINKED),
    interruption('AP_SUBNET_REPLACES', 'subnet', { id: 'a' }, { id: 'b' }, LINKED),
    inPlace('AP_TAGS', 'tags', { a: 'b' }, { a: 'c' }, LINKED),
  ],
};
