/** Access policy assignments and private endpoints: no data, but without them nobody gets in. */
import { inPlace, type Row } from '../../row.ts';
import { SOURCES } from '../sources.ts';

function reassigns(property: string, code: string): Row {
  return {
    property,
    effect: 'interruption',
    replaces: true,
    code,
    message: `${property} belongs to the assignment: it is replaced, and the identity it let in is refused in between, or for good.`,
    alternative: 'Add a second assignment, move the clients, then remove this one.',
    source: SOURCES.assignment,
  };
}

export const ASSIGNMENT_ROWS: readonly Row[] = [
  {
    property: 'apiVersion',
    effect: 'unknown',
    code: 'AA_API_VERSION_UNKNOWN',
    message:
      'The API version that it is managed with changes. Whether the provider updates or replaces it for that is not documented.',
    alternative:
      'Keep the version; where it must change, read what the preview says of this resource, then acknowledge it by name.',
    source: SOURCES.generic,
  },
  reassigns('accessPolicyAssignmentName', 'AA_NAME_REPLACES'),
  reassigns('accessPolicyName', 'AA_POLICY_REPLACES'),
  {
    property: 'accessString',
    effect: 'interruption',
    code: 'AA_ACCESS_CHANGES',
    message: 'What the identity may do changes: commands that are no longer allowed fail.',
    source: SOURCES.assignment,
  },
  reassigns('clusterName', 'AA_CLUSTER_REPLACES'),
  reassigns('databaseName', 'AA_DATABASE_REPLACES'),
  reassigns('resourceGroupName', 'AA_RESOURCE_GROUP_REPLACES'),
  reassigns('user', 'AA_USER_REPLACES'),
];

export const CONNECTION_ROWS: readonly Row[] = [
  ...['clusterName', 'privateEndpointConnectionName', 'resourceGroupName'].map(
    (property): Row => ({
      property,
      effect: 'interruption',
      replaces: true,
      code: `AE_${property.replace(/[A-Z]/g, '_$&').toUpperCase()}_REPLACES`,
      message: `${property} belongs to the connection: it is replaced, and clients behind it are cut off in between.`,
      source: SOURCES.privateEndpoint,
    }),
  ),
  {
    property: 'privateLinkServiceConnectionState',
    effect: 'interruption',
    code: 'AE_STATE_CHANGES',
    message: 'Whether the private endpoint is approved changes: clients behind one that is rejected are cut off.',
    source: SOURCES.privateEndpoint,
  },
  inPlace(
    'privateEndpoint',
    'AE_ENDPOINT',
    'This is what the service reports; writing it changes nothing.',
    SOURCES.privateEndpoint,
  ),
];

function cutsOff(property: string, code: string, replaces?: true): Row {
  return {
    property,
    effect: 'interruption',
    ...(replaces === undefined ? {} : { replaces }),
    code,
    message:
      replaces === undefined
        ? `${property} changes: clients may not reach the cache through this endpoint while, or after, it does.`
        : `${property} belongs to the private endpoint: it is replaced, and clients that come through it are cut off in between.`,
    source: SOURCES.privateEndpoint,
  };
}

/** `azure-native:network:PrivateEndpoint`, where it leads to a cache. */
export const PRIVATE_ENDPOINT_ROWS: readonly Row[] = [
  inPlace(
    'applicationSecurityGroups',
    'AP_SECURITY_GROUPS',
    'Security groups change in place.',
    SOURCES.privateEndpoint,
  ),
  cutsOff('customDnsConfigs', 'AP_DNS_CHANGES'),
  cutsOff('customNetworkInterfaceName', 'AP_INTERFACE_REPLACES', true),
  cutsOff('extendedLocation', 'AP_EXTENDED_LOCATION_REPLACES', true),
  cutsOff('id', 'AP_ID_REPLACES', true),
  cutsOff('ipConfigurations', 'AP_ADDRESSES_CHANGE'),
  cutsOff('location', 'AP_LOCATION_REPLACES', true),
  cutsOff('manualPrivateLinkServiceConnections', 'AP_MANUAL_CONNECTIONS_CHANGE'),
  cutsOff('privateEndpointName', 'AP_NAME_REPLACES', true),
  cutsOff('privateLinkServiceConnections', 'AP_CONNECTIONS_CHANGE'),
  cutsOff('resourceGroupName', 'AP_RESOURCE_GROUP_REPLACES', true),
  cutsOff('subnet', 'AP_SUBNET_REPLACES', true),
  inPlace('tags', 'AP_TAGS', 'Tags change in place.', SOURCES.privateEndpoint),
];
