/** `azure-native:redisenterprise:Database`: the one database of a cluster. */
import { lower } from '../../json.ts';
import { inPlace, type Row } from '../../row.ts';
import { SOURCES } from '../sources.ts';

function anew(property: string, code: string, what: string): Row {
  return {
    property,
    effect: 'data-loss',
    replaces: true,
    code,
    message: `${what}: the database has to be deleted and made anew, and all data is lost.`,
    alternative:
      'Build a second cluster beside this one, move the clients over (export and import the data), and delete this one last.',
    source: SOURCES.database,
  };
}

/** What the service takes when nothing is said. */
const POLICY_DEFAULT = 'osscluster';
const policy = (value: unknown) => (value === undefined ? POLICY_DEFAULT : lower(value));

/** Said or not said, it is what the service takes by default. */
function staysDefault(property: string, byDefault: string, code: string): Row {
  const meant = (value: unknown) => lower(value === undefined ? byDefault : value);
  return {
    ...inPlace(property, code, `It stays what it is; ${byDefault} is the default.`, SOURCES.database),
    when: ({ before, after }) => meant(before) !== '' && meant(before) === meant(after),
  };
}

export const DATABASE_ROWS: readonly Row[] = [
  {
    property: 'accessKeysAuthentication',
    when: ({ after }) => lower(after) === 'enabled',
    effect: 'interruption',
    code: 'AD_KEYS_ON',
    message: 'Switching access keys on or off drops every connection. From then on whoever has a key gets in.',
    alternative: 'Leave keys off and give each application a Microsoft Entra identity.',
    source: SOURCES.keys,
  },
  {
    property: 'accessKeysAuthentication',
    effect: 'interruption',
    code: 'AD_KEYS_OFF',
    message:
      'Switching access keys on or off drops every connection. Clients that log in with a key are refused from then on.',
    alternative: 'Move every client to Microsoft Entra ID first; the default is Disabled since API version 2025-07-01.',
    source: SOURCES.keys,
  },
  {
    property: 'apiVersion',
    effect: 'unknown',
    code: 'AD_API_VERSION_UNKNOWN',
    message:
      'The API version that it is managed with changes. Whether the provider updates or replaces it for that is not documented.',
    alternative:
      'Keep the version; where it must change, read what the preview says of this resource, then acknowledge it by name.',
    source: SOURCES.generic,
  },
  staysDefault('clientProtocol', 'Encrypted', 'AD_PROTOCOL_SAME'),
  {
    property: 'clientProtocol',
    when: ({ after }) => lower(after) === 'plaintext',
    effect: 'interruption',
    code: 'AD_PLAINTEXT',
    message: 'Clients with TLS are cut off, everything travels in the clear, and Microsoft Entra ID no longer works.',
    alternative: 'Leave it at Encrypted.',
    source: SOURCES.entra,
  },
  {
    property: 'clientProtocol',
    effect: 'interruption',
    code: 'AD_ENCRYPTED',
    message: 'From then on only TLS is accepted: clients without it are cut off.',
    source: SOURCES.entra,
  },
  anew('clusterName', 'AD_CLUSTER_REPLACES', 'The database would move to another cluster'),
  {
    property: 'clusteringPolicy',
    when: ({ before, after }) => policy(before) === policy(after),
    effect: 'in-place',
    code: 'AD_POLICY_SAME',
    message: 'The policy stays what it is; OSSCluster is the default.',
    source: SOURCES.database,
  },
  {
    property: 'clusteringPolicy',
    when: ({ before, after }) => policy(before) === 'nocluster' && policy(after) !== 'nocluster',
    effect: 'interruption',
    code: 'AD_POLICY_FROM_NO_CLUSTER',
    message:
      'NoCluster is the one policy that can be left in place: no data is lost. Keys spread over shards from then on, so commands over several keys need one hash slot, and under OSSCluster every client must be a cluster client.',
    alternative: 'Move the clients first: redoubt verify tells what they do wrong under the new policy.',
    source: SOURCES.database,
  },
  {
    property: 'clusteringPolicy',
    effect: 'data-loss',
    replaces: true,
    code: 'AD_POLICY_REPLACES',
    message:
      'The clustering policy of a database cannot be changed: only NoCluster can be left in place. The database has to be deleted and made anew under the new policy, and all data is lost. Pulumi may show an update here, which the service refuses.',
    alternative:
      'Two ways on. (1) Recreate: acknowledge the loss by name, set replaceOnChanges: ["clusteringPolicy"] and deleteBeforeReplace: true. (2) Side by side: a second cluster under the new policy, data moved by export and import, clients switched to its endpoint and its client mode, then the old one deleted.',
    source: SOURCES.policy,
  },
  anew(
    'databaseName',
    'AD_NAME_REPLACES',
    'The name is the identity of the database, and default is the only one allowed',
  ),
  inPlace(
    'deferUpgrade',
    'AD_DEFER_UPGRADE',
    'Whether a new version of Redis waits changes in place.',
    SOURCES.database,
  ),
  staysDefault('evictionPolicy', 'VolatileLRU', 'AD_EVICTION_SAME'),
  {
    property: 'evictionPolicy',
    effect: 'interruption',
    code: 'AD_EVICTION_CHANGES',
    message:
      'The eviction policy changes in place: with NoEviction writes fail when memory is full, with any other policy keys are evicted.',
    source: SOURCES.database,
  },
  {
    ...anew('geoReplication', 'AD_GEO_REMOVED', 'The geo-replication group is fixed when a database is created'),
    when: ({ after }) => after === undefined,
    ignoresValues: true,
    alternative:
      'Unlink through the service (az redisenterprise database force-unlink), which keeps the data of both sides; linking again discards one of them.',
    source: SOURCES.geoReplication,
  },
  {
    ...anew('geoReplication', 'AD_GEO_ADDED', 'A geo-replication group can only be given when a database is created'),
    when: ({ before }) => before === undefined,
    ignoresValues: true,
    alternative:
      'Link through the service (force-link-to-replication-group), which discards the data of the database that joins; the one it joins keeps its own.',
    source: SOURCES.geoReplication,
  },
  {
    ...anew(
      'geoReplication',
      'AD_GEO_CHANGES',
      'The name and the members of a geo-replication group are fixed when a database is created',
    ),
    alternative:
      'Change members through the service (force-unlink, force-link-to-replication-group); the database that joins loses its data, the others keep theirs.',
    source: SOURCES.geoReplication,
  },
  anew('modules', 'AD_MODULES_REPLACES', 'Modules can only be chosen when a database is created'),
  {
    property: 'notifyKeyspaceEvents',
    when: ({ after }) => after === undefined || after === '',
    effect: 'interruption',
    code: 'AD_KEYSPACE_EVENTS_OFF',
    message: 'Changes of keys are no longer announced: whoever subscribed to them hears nothing, and no error either.',
    source: SOURCES.keyspaceEvents,
  },
  inPlace(
    'notifyKeyspaceEvents',
    'AD_KEYSPACE_EVENTS',
    'Which changes of keys are announced changes in place; each event costs some processor time.',
    SOURCES.keyspaceEvents,
  ),
  {
    property: 'persistence',
    when: ({ before, after }) => isPersistent(before) && !isPersistent(after),
    effect: 'interruption',
    code: 'AD_PERSISTENCE_OFF',
    message: 'Nothing is written to disk any more: if all nodes are lost at once, so is the data.',
    source: SOURCES.persistence,
  },
  inPlace(
    'persistence',
    'AD_PERSISTENCE',
    'What is written to disk, and how often, changes in place.',
    SOURCES.persistence,
  ),
  anew('port', 'AD_PORT_REPLACES', 'The port can only be chosen when a database is created'),
  anew('resourceGroupName', 'AD_RESOURCE_GROUP_REPLACES', 'The resource group belongs to the identity of the database'),
];

function isPersistent(value: unknown): boolean {
  const text = value === undefined ? '' : JSON.stringify(value);
  return /"(aof|rdb)Enabled":"?true/.test(text);
}
