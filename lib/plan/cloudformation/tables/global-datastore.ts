/** `AWS::ElastiCache::GlobalReplicationGroup`: the reference replaces nothing, and is silent where something could be lost. */
import { isTrue } from '../../json.ts';
import { inPlace, type Row } from '../../row.ts';
import { SOURCES } from '../sources.ts';

const PAGE = SOURCES.globalDatastore;

function unknown(property: string, code: string, message: string, alternative: string): Row {
  return { property, effect: 'unknown', code, message, alternative, source: PAGE };
}

export const GLOBAL_DATASTORE_ROWS: readonly Row[] = [
  {
    property: 'AutomaticFailoverEnabled',
    when: ({ after }) => !isTrue(after),
    effect: 'refused',
    code: 'GD_FAILOVER_OFF_REFUSED',
    message: 'Automatic failover must be enabled for groups in cluster mode, so the service refuses to switch it off.',
    alternative: 'Leave it on.',
    source: PAGE,
  },
  inPlace('AutomaticFailoverEnabled', 'GD_FAILOVER_ON', 'Automatic failover is switched on in place.', PAGE),
  {
    property: 'CacheNodeType',
    effect: 'interruption',
    code: 'GD_NODE_TYPE_CHANGES',
    message: 'All members get other nodes in place: connections are dropped as each shard moves.',
    source: PAGE,
  },
  inPlace(
    'CacheParameterGroupName',
    'GD_PARAMETER_GROUP',
    'All members get other parameters in place; some count only after a reboot.',
    PAGE,
  ),
  unknown(
    'Engine',
    'GD_ENGINE_UNKNOWN',
    'The reference says that the engine changes in place, and not from which to which.',
    'Try it on a datastore that nobody uses.',
  ),
  {
    property: 'EngineVersion',
    effect: 'interruption',
    code: 'GD_ENGINE_VERSION_CHANGES',
    message:
      'All members are upgraded in place, secondaries first: connections are dropped. There is no way back to the earlier version.',
    source: PAGE,
  },
  inPlace(
    'GlobalNodeGroupCount',
    'GD_SHARDS_ONLINE',
    'The shards of all members are changed online: slots move while requests are served.',
    PAGE,
  ),
  inPlace('GlobalReplicationGroupDescription', 'GD_DESCRIPTION', 'The description changes in place.', PAGE),
  unknown(
    'GlobalReplicationGroupIdSuffix',
    'GD_SUFFIX_UNKNOWN',
    'The suffix is part of the id, which the API cannot change, and the reference does not say what becomes of the datastore.',
    'Keep the suffix.',
  ),
  unknown(
    'Members',
    'GD_MEMBERS_UNKNOWN',
    'The reference does not say whether a member that is taken out is detached, or one with another role promoted: a secondary could end alone, or the writes elsewhere.',
    'Add a secondary by its own GlobalReplicationGroupId; detach and promote with the ElastiCache API, then write here what there is.',
  ),
  inPlace(
    'RegionalConfigurations',
    'GD_REGIONS',
    'Where shards are placed in each region counts for shards that are added.',
    PAGE,
  ),
  inPlace('Tags', 'GD_TAGS', 'Tags change in place.', PAGE),
];
