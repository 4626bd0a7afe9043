/** `AWS::ElastiCache::ServerlessCache`. */
import { lower } from '../../json.ts';
import { inPlace, type Row } from '../../row.ts';
import { SOURCES } from '../sources.ts';

const PAGE = SOURCES.serverlessCache;
const SIDE_BY_SIDE =
  'Create a second cache beside this one, restored from a snapshot of it, move the clients over, and delete this one last.';

function replaces(property: string, code: string, what: string, alternative = SIDE_BY_SIDE): Row {
  return {
    property,
    effect: 'data-loss',
    replaces: true,
    code,
    message: `${what}, so CloudFormation creates a new, empty cache and deletes this one: all data is lost, and the endpoint changes.`,
    alternative,
    source: PAGE,
  };
}

export const SERVERLESS_CACHE_ROWS: readonly Row[] = [
  {
    property: 'CacheUsageLimits',
    effect: 'interruption',
    code: 'ES_LIMITS_CHANGE',
    message:
      'The limits change in place. Below what is stored or asked for, keys are evicted or commands fail from then on.',
    alternative: 'Compare with BytesUsedForCache and ElastiCacheProcessingUnits first.',
    source: PAGE,
  },
  replaces(
    'ConnectionType',
    'ES_CONNECTION_TYPE_REPLACES',
    'The connection type can only be chosen when a cache is created',
  ),
  inPlace('DailySnapshotTime', 'ES_SNAPSHOT_TIME', 'The time of the daily snapshot moves.', PAGE),
  inPlace('Description', 'ES_DESCRIPTION', 'The description changes in place.', PAGE),
  inPlace('Endpoint', 'ES_ENDPOINT', 'This is what the service reports; writing it changes nothing.', PAGE),
  {
    property: 'Engine',
    when: ({ before, after }) => lower(before) === 'redis' && lower(after) === 'valkey',
    effect: 'interruption',
    code: 'ES_ENGINE_TO_VALKEY',
    message: 'Redis OSS becomes Valkey in place: connections are dropped once.',
    source: PAGE,
  },
  {
    property: 'Engine',
    effect: 'unknown',
    code: 'ES_ENGINE_UNKNOWN',
    message: 'The reference has no replacement for Engine, but only redis to valkey is described; this step is not.',
    alternative: SIDE_BY_SIDE,
    source: PAGE,
  },
  inPlace(
    'FinalSnapshotName',
    'ES_FINAL_SNAPSHOT',
    'The name of the snapshot that is taken before the cache is deleted changes.',
    PAGE,
  ),
  replaces(
    'KmsKeyId',
    'ES_KMS_KEY_REPLACES',
    'The key for encryption at rest can only be chosen when a cache is created',
  ),
  {
    property: 'MajorEngineVersion',
    effect: 'interruption',
    code: 'ES_ENGINE_VERSION_CHANGES',
    message:
      'The engine is upgraded in place: connections are dropped once. There is no way back to the earlier version.',
    source: PAGE,
  },
  replaces('NetworkType', 'ES_NETWORK_TYPE_REPLACES', 'The network type can only be chosen when a cache is created'),
  inPlace(
    'ReaderEndpoint',
    'ES_READER_ENDPOINT',
    'This is what the service reports; writing it changes nothing.',
    PAGE,
  ),
  {
    property: 'SecurityGroupIds',
    effect: 'interruption',
    code: 'ES_SECURITY_GROUPS_CHANGE',
    message: 'Security groups change in place: clients that only a removed group let in are cut off.',
    source: PAGE,
  },
  replaces(
    'ServerlessCacheName',
    'ES_NAME_REPLACES',
    'The name is the identity of the cache',
    'Keep the name; a name that is only for people belongs into a tag or the description.',
  ),
  replaces(
    'SnapshotArnsToRestore',
    'ES_SNAPSHOT_ARNS_REPLACES',
    'A snapshot to start from only counts when a cache is created',
    'Leave SnapshotArnsToRestore as it was when the cache was created.',
  ),
  {
    property: 'SnapshotRetentionLimit',
    when: ({ after }) => after === undefined || lower(after) === '0',
    effect: 'interruption',
    code: 'ES_BACKUPS_OFF',
    message: 'Automatic backups are switched off in place: from then on there is no daily snapshot to go back to.',
    alternative: 'Keep at least one snapshot.',
    source: PAGE,
  },
  inPlace(
    'SnapshotRetentionLimit',
    'ES_SNAPSHOT_RETENTION',
    'How many daily snapshots are kept changes in place.',
    PAGE,
  ),
  replaces('SubnetIds', 'ES_SUBNETS_REPLACES', 'The subnets can only be chosen when a cache is created'),
  inPlace('Tags', 'ES_TAGS', 'Tags change in place.', PAGE),
  {
    property: 'UserGroupId',
    effect: 'interruption',
    code: 'ES_USER_GROUP_CHANGES',
    message: 'Who may log in changes in place: users that only the old group held are refused from then on.',
    alternative: 'Add the users to the group that is attached, move the clients, then remove the old users.',
    source: SOURCES.rbac,
  },
];
