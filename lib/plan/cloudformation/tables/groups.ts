/** `AWS::ElastiCache::SubnetGroup` and `AWS::ElastiCache::ParameterGroup`: they hold no data, but replication groups hang on them. */
import { inPlace, type Row } from '../../row.ts';
import { SOURCES } from '../sources.ts';

export const SUBNET_GROUP_ROWS: readonly Row[] = [
  {
    property: 'CacheSubnetGroupName',
    effect: 'interruption',
    replaces: true,
    code: 'EN_NAME_REPLACES',
    message:
      'The subnet group is replaced. It holds no data itself; what happens to the replication groups that refer to it is said at each of them.',
    alternative: 'Keep the name.',
    source: SOURCES.subnetGroup,
  },
  inPlace('Description', 'EN_DESCRIPTION', 'The description changes in place.', SOURCES.subnetGroup),
  inPlace(
    'SubnetIds',
    'EN_SUBNETS',
    'New nodes go into the new subnets; a subnet in which a node still lives cannot be taken out.',
    SOURCES.subnetGroup,
  ),
  inPlace('Tags', 'EN_TAGS', 'Tags change in place.', SOURCES.subnetGroup),
];

/** Read when a node starts; with cluster mode there is no reboot, only a new cluster from a backup. */
function afterReboot(name: string, code: string): Row {
  return {
    property: `Properties.${name}`,
    effect: 'interruption',
    code,
    message: `${name} takes effect only when a node restarts. Without cluster mode that is a reboot, which drops connections; with cluster mode, a new cluster from a backup.`,
    source: SOURCES.reboot,
  };
}

export const PARAMETER_GROUP_ROWS: readonly Row[] = [
  {
    property: 'CacheParameterGroupFamily',
    effect: 'in-place',
    replaces: true,
    code: 'EP_FAMILY_REPLACES',
    message:
      'The parameter group is replaced by one of the new family. It holds no data; the replication group gets it in place, together with a matching engine version or not at all.',
    source: SOURCES.parameterGroup,
  },
  inPlace('Description', 'EP_DESCRIPTION', 'The description changes in place.', SOURCES.parameterGroup),
  {
    property: 'Properties.cluster-enabled',
    effect: 'refused',
    code: 'EP_CLUSTER_ENABLED_REFUSED',
    message: 'A running group does not change its cluster mode through its parameter group.',
    alternative: 'Use ClusterMode of the replication group: disabled, compatible, enabled.',
    source: SOURCES.clusterMode,
  },
  afterReboot('databases', 'EP_DATABASES_REBOOT'),
  afterReboot('activerehashing', 'EP_ACTIVEREHASHING_REBOOT'),
  {
    property: 'Properties.maxmemory-policy',
    effect: 'interruption',
    code: 'EP_EVICTION_CHANGES',
    message:
      'The eviction policy changes at once: with noeviction writes fail when memory is full, with any other policy keys are evicted.',
    source: SOURCES.parameterGroup,
  },
  {
    property: 'Properties.*',
    effect: 'interruption',
    code: 'EP_PARAMETER_CHANGES',
    message: 'The parameter changes in every replication group of this parameter group, at once or at the next reboot.',
    source: SOURCES.parameterGroup,
  },
  {
    property: 'Properties',
    effect: 'unknown',
    code: 'EP_PARAMETERS_UNKNOWN',
    message: 'The parameters are not written out in one of the templates, so what changes cannot be told.',
    source: SOURCES.parameterGroup,
  },
  inPlace('Tags', 'EP_TAGS', 'Tags change in place.', SOURCES.parameterGroup),
];
