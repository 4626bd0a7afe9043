/** `azure-native:redisenterprise:RedisEnterprise`: the cluster, whose nodes hold the data of its one database. */
import { lower, sameJson } from '../../json.ts';
import { inPlace, type PropertyChange, type Row } from '../../row.ts';
import { isFlash, isLegacy, isSmaller } from '../sku.ts';
import { SOURCES } from '../sources.ts';

function moves(property: string, code: string): Row {
  return {
    property,
    effect: 'data-loss',
    replaces: true,
    code,
    message: `${property} belongs to the identity of the cluster: another cluster is made and this one is deleted, and all data is lost.`,
    alternative:
      'Build the new cluster beside this one, move the clients over (export and import the data), and delete this one last.',
    source: SOURCES.cluster,
  };
}

const SKU_NAME = 'sku.name';

export const CLUSTER_ROWS: readonly Row[] = [
  {
    property: 'apiVersion',
    effect: 'unknown',
    code: 'AC_API_VERSION_UNKNOWN',
    message:
      'The API version that it is managed with changes. Whether the provider updates or replaces it for that is not documented.',
    alternative:
      'Keep the version; where it must change, read what the preview says of this resource, then acknowledge it by name.',
    source: SOURCES.generic,
  },
  moves('clusterName', 'AC_NAME_REPLACES'),
  {
    property: 'encryption',
    when: ({ before, after }) => (before === undefined) !== (after === undefined),
    effect: 'interruption',
    code: 'AC_KEY_KIND_CHANGES',
    message:
      'Going between a managed key and a key of your own on a live cache is a long maintenance operation that disrupts the service.',
    alternative: 'Choose the key when the cluster is created; otherwise do it in a quiet hour, and rehearse it first.',
    source: SOURCES.encryption,
  },
  {
    property: 'encryption',
    effect: 'interruption',
    code: 'AC_KEY_CHANGES',
    message:
      'Another key or identity encrypts the disks from then on. The old one must stay until the operation is done.',
    source: SOURCES.encryption,
  },
  {
    property: 'highAvailability',
    when: ({ before, after }) => isOff(after) && !isOff(before),
    effect: 'refused',
    code: 'AC_HA_OFF_REFUSED',
    message:
      'High availability can be switched on later, and never off. Without it there is no replica and no SLA, and each patch or scaling loses the data.',
    alternative: 'Leave it on. A cheaper cluster without it has to be a new one.',
    source: SOURCES.highAvailability,
  },
  {
    property: 'highAvailability',
    when: ({ before, after }) => isOff(after) === isOff(before),
    effect: 'in-place',
    code: 'AC_HA_SAME',
    message: 'High availability stays what it is by default.',
    source: SOURCES.highAvailability,
  },
  {
    property: 'highAvailability',
    effect: 'interruption',
    code: 'AC_HA_ON',
    message: 'Replicas are added to a running cluster. Read it like a maintenance: connections may be dropped once.',
    source: SOURCES.highAvailability,
  },
  {
    property: 'identity',
    when: ({ beforeProperties, afterProperties }) =>
      beforeProperties.encryption !== undefined || afterProperties.encryption !== undefined,
    ignoresValues: true,
    effect: 'unknown',
    code: 'AC_IDENTITY_OF_KEY_UNKNOWN',
    message:
      'The identities change while a key of your own encrypts the data; if the one that reads the key goes, so does the data.',
    alternative: 'Add the new identity first, move the key to it, then remove the old one.',
    source: SOURCES.encryption,
  },
  inPlace('identity', 'AC_IDENTITY', 'Identities change in place.', SOURCES.cluster),
  moves('location', 'AC_LOCATION_REPLACES'),
  inPlace(
    'maintenanceConfiguration',
    'AC_WINDOWS_CHANGE',
    'The hours in which the service maintains the cluster change in place; with none it chooses them itself.',
    SOURCES.windows,
  ),
  {
    property: 'minimumTlsVersion',
    when: ({ after }) => after !== undefined && !sameJson(after, '1.2'),
    effect: 'refused',
    code: 'AC_TLS_VERSION_REFUSED',
    message: 'Only TLS 1.2 can be used; 1.0 and 1.1 are obsolete and stand in the interface for old versions of it.',
    alternative: 'Set minimumTlsVersion to 1.2.',
    source: SOURCES.cluster,
  },
  {
    property: 'minimumTlsVersion',
    effect: 'interruption',
    code: 'AC_TLS_VERSION',
    message: 'Clients that offer an older version of TLS are refused from then on.',
    source: SOURCES.cluster,
  },
  {
    property: 'publicNetworkAccess',
    when: ({ before, after }) => lower(after) === 'disabled' && lower(before) !== 'disabled',
    effect: 'interruption',
    code: 'AC_PUBLIC_ACCESS_OFF',
    message:
      'Clients that come over the public endpoint are cut off; without a private endpoint nobody gets in any more.',
    alternative: 'Deploy the private endpoint and its DNS zone first, move the clients, then switch public access off.',
    source: SOURCES.privateEndpoint,
  },
  {
    property: 'publicNetworkAccess',
    effect: 'interruption',
    code: 'AC_PUBLIC_ACCESS_ON',
    message: 'The cache can be reached from the internet from then on, by whoever can log in.',
    alternative: 'Leave it off and use a private endpoint.',
    source: SOURCES.privateEndpoint,
  },
  moves('resourceGroupName', 'AC_RESOURCE_GROUP_REPLACES'),
  {
    property: SKU_NAME,
    when: ({ beforeProperties }) => isOff(beforeProperties.highAvailability),
    ignoresValues: true,
    effect: 'data-loss',
    code: 'AC_SKU_WITHOUT_HA_LOSES',
    message: 'Without high availability there is no replica, and scaling replaces every node: all data is lost.',
    alternative:
      'Switch high availability on first, and scale in a later deployment; or export the data before and import it afterwards.',
    source: SOURCES.highAvailability,
  },
  {
    property: SKU_NAME,
    when: ({ before, after }) => isLegacy(before) !== isLegacy(after),
    effect: 'refused',
    code: 'AC_SKU_LEGACY_REFUSED',
    message: 'Between Azure Cache for Redis Enterprise and Azure Managed Redis there is no scaling.',
    alternative: 'Build the new cluster beside this one and migrate.',
    source: SOURCES.scale,
  },
  {
    property: SKU_NAME,
    when: ({ before, after }) => isFlash(before) !== isFlash(after),
    effect: 'refused',
    code: 'AC_SKU_FLASH_REFUSED',
    message: 'There is no scaling between Flash Optimized and the other families.',
    alternative:
      'Build the new cluster beside this one, move the clients over (export and import the data), and delete this one last.',
    source: SOURCES.scale,
  },
  {
    property: SKU_NAME,
    when: ({ before, after }) => isSmaller(before, after),
    effect: 'unknown',
    code: 'AC_SKU_SMALLER_UNKNOWN',
    message:
      'Scaling down works only to sizes that the service offers for this cluster, and only if the data fits; a preview knows neither.',
    alternative:
      'Ask first: az redisenterprise list-skus-for-scaling, and compare usedmemory. Then acknowledge it by name.',
    source: SOURCES.scale,
  },
  {
    property: SKU_NAME,
    effect: 'interruption',
    code: 'AC_SKU_CHANGES',
    message:
      'Every node is replaced, as in a maintenance: connections are dropped, and under the OSS policy node ports and addresses change.',
    alternative: 'Rehearse it first: redoubt drill --scenario planned-replacement.',
    source: SOURCES.scale,
  },
  {
    property: 'sku.capacity',
    effect: 'unknown',
    code: 'AC_CAPACITY_UNKNOWN',
    message:
      'Capacity exists only for the older Enterprise sizes; Azure Managed Redis takes the name of the size alone.',
    alternative: 'Leave capacity out.',
    source: SOURCES.cluster,
  },
  inPlace('tags', 'AC_TAGS', 'Tags change in place.', SOURCES.cluster),
  {
    property: 'zones',
    effect: 'unknown',
    code: 'AC_ZONES_UNKNOWN',
    message: 'Whether zones of a running cluster can change is not documented; they are chosen when it is created.',
    alternative: 'Leave them as they were when the cluster was created.',
    source: SOURCES.cluster,
  },
];

function isOff(value: PropertyChange['before']): boolean {
  return lower(value) === 'disabled';
}
