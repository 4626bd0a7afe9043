/** `AWS::ElastiCache::ReplicationGroup`: who gets in, and how. */
import { isTrue, lower } from '../../json.ts';
import { inPlace, type PropertyChange, type Row } from '../../row.ts';
import { SOURCES } from '../sources.ts';
import { replaces, SIDE_BY_SIDE } from './replacement.ts';

const PAGE = SOURCES.replicationGroup;

/** In the order in which a group goes through them. */
const MODES = ['disabled', 'compatible', 'enabled'];

export const CONNECTION_ROWS: readonly Row[] = [
  {
    property: 'AuthToken',
    when: ({ before, after, beforeProperties, afterProperties }) =>
      before !== undefined && after === undefined && gained('UserGroupIds', beforeProperties, afterProperties),
    ignoresValues: true,
    effect: 'data-loss',
    replaces: true,
    code: 'EC_AUTH_TOKEN_TO_USER_GROUP_REPLACES',
    message:
      'Going from an AUTH token to a user group replaces the group in CloudFormation, although the service does it in place: all data is lost.',
    alternative:
      'Change it in place outside the template (aws elasticache modify-replication-group with --user-group-ids-to-add and --auth-token-update-strategy DELETE), and leave the template as it is until CloudFormation can follow; or build the new group beside this one.',
    source: SOURCES.authToRbac,
  },
  {
    ...replaces('AuthToken', 'EC_AUTH_TOKEN_ADDED_REPLACES', 'An AUTH token is added, which needs a new group'),
    when: ({ before }) => before === undefined,
    ignoresValues: true,
    alternative:
      'Set the token in place with aws elasticache modify-replication-group --auth-token-update-strategy ROTATE, or go to a user group (UserGroupIds), which CloudFormation adds in place.',
  },
  {
    ...replaces(
      'AuthToken',
      'EC_AUTH_TOKEN_REMOVED_REPLACES',
      'The AUTH token is removed, which is read like adding one',
    ),
    when: ({ after }) => after === undefined,
    ignoresValues: true,
    alternative: 'Keep the token in the template; nothing else is in place.',
    source: SOURCES.authToRbac,
  },
  {
    property: 'AuthToken',
    effect: 'interruption',
    code: 'EC_AUTH_TOKEN_CHANGES',
    message:
      'The AUTH token changes in place. CloudFormation cannot say ROTATE or SET; ROTATE, the default of the API, accepts the old token beside the new one until the next change. Clients must have the new one by then.',
    alternative: 'Rotate outside the template: ROTATE, move the clients, then SET.',
    source: SOURCES.authToken,
  },
  inPlace(
    'CacheSecurityGroupNames',
    'EC_CACHE_SECURITY_GROUPS',
    'Cache security groups (outside a VPC) change in place.',
    PAGE,
  ),
  {
    property: 'ClusterMode',
    when: ({ before, after }) => lower(before) === 'disabled' && lower(after) === 'enabled',
    effect: 'refused',
    code: 'EC_CLUSTER_MODE_STEP_REFUSED',
    message: 'Cluster mode goes from disabled to enabled only through compatible; the service refuses the direct step.',
    alternative: 'Deploy ClusterMode: compatible, move every client to a cluster client, then deploy enabled.',
    source: SOURCES.clusterMode,
  },
  {
    property: 'ClusterMode',
    when: ({ before, after }) => after !== undefined && MODES.indexOf(lower(before)) > MODES.indexOf(lower(after)),
    effect: 'refused',
    code: 'EC_CLUSTER_MODE_BACK_REFUSED',
    message: 'Cluster mode goes from disabled to enabled only; "reverting this configuration is not possible".',
    alternative: SIDE_BY_SIDE,
    source: SOURCES.clusterMode,
  },
  {
    property: 'ClusterMode',
    when: (change) => isStep(change) && changesBeside(change).includes(true),
    effect: 'refused',
    code: 'EC_CLUSTER_MODE_NOT_ALONE_REFUSED',
    message: 'With the cluster mode the service changes nothing else of a group but its parameter group.',
    alternative: 'Deploy the step of the cluster mode alone, and the rest before or after it.',
    source: SOURCES.clusterMode,
  },
  {
    property: 'ClusterMode',
    when: (change) => isStep(change) && changesBeside(change).length > 0,
    effect: 'unknown',
    code: 'EC_CLUSTER_MODE_PERHAPS_NOT_ALONE',
    message:
      'With the cluster mode the service changes nothing else of a group but its parameter group; whether something else changes is known in the deployment only, because it depends on a parameter, a mapping or another resource that changes.',
    alternative: 'Deploy the step of the cluster mode alone, and the rest before or after it.',
    source: SOURCES.clusterMode,
  },
  {
    property: 'ClusterMode',
    when: ({ before, after }) => lower(before) === 'compatible' && lower(after) === 'enabled',
    effect: 'interruption',
    code: 'EC_CLUSTER_MODE_ENABLED',
    message:
      'Cluster mode is completed in place: clients that still use the group without cluster mode fail from then on.',
    alternative: 'Make sure first that every client is a cluster client.',
    source: SOURCES.clusterMode,
  },
  {
    ...inPlace(
      'ClusterMode',
      'EC_CLUSTER_MODE_COMPATIBLE',
      'Clients with and without cluster mode can connect from then on; the group cannot be scaled or upgraded while it lasts.',
      SOURCES.clusterMode,
    ),
    when: ({ before, after }) => lower(before) === 'disabled' && lower(after) === 'compatible',
  },
  {
    property: 'ClusterMode',
    effect: 'unknown',
    code: 'EC_CLUSTER_MODE_UNKNOWN',
    message:
      'This step of the cluster mode is not described, or one of the templates does not say which mode the group has.',
    alternative: 'Look it up: aws elasticache describe-replication-groups shows ClusterMode and ClusterEnabled.',
    source: SOURCES.clusterMode,
  },
  {
    property: 'IpDiscovery',
    effect: 'interruption',
    code: 'EC_IP_DISCOVERY_CHANGES',
    message: 'Nodes announce addresses of the other family: clients that cannot reach them lose their connections.',
    source: PAGE,
  },
  {
    property: 'SecurityGroupIds',
    effect: 'interruption',
    code: 'EC_SECURITY_GROUPS_CHANGE',
    message: 'Security groups change in place: clients that only a removed group let in are cut off.',
    source: PAGE,
  },
  {
    property: 'TransitEncryptionEnabled',
    when: ({ before, after, afterProperties }) =>
      !isTrue(before) && isTrue(after) && lower(afterProperties.TransitEncryptionMode) !== 'preferred',
    effect: 'refused',
    code: 'EC_TLS_ON_REFUSED',
    message:
      'TLS can be switched on for a running group only in two steps; without TransitEncryptionMode: preferred the service refuses.',
    alternative: 'Deploy TransitEncryptionMode: preferred, move every client to TLS, then deploy required.',
    source: SOURCES.tlsMigration,
  },
  {
    property: 'TransitEncryptionEnabled',
    when: ({ before, after, beforeProperties }) =>
      isTrue(before) && !isTrue(after) && lower(beforeProperties.TransitEncryptionMode) !== 'preferred',
    effect: 'refused',
    code: 'EC_TLS_OFF_REFUSED',
    message: 'TLS can be switched off for a running group only from TransitEncryptionMode: preferred.',
    alternative: 'Keep TLS. If it must go: deploy preferred first, move the clients, then switch it off.',
    source: SOURCES.tlsMigration,
  },
  {
    property: 'TransitEncryptionEnabled',
    when: ({ before, after }) => isTrue(before) === isTrue(after),
    effect: 'in-place',
    code: 'EC_TLS_SAME',
    message: 'TLS stays what it is.',
    source: PAGE,
  },
  {
    ...inPlace(
      'TransitEncryptionEnabled',
      'EC_TLS_ON',
      'Connections with and without TLS work from then on. The endpoint gets a second name for TLS, and the old name goes once TLS is required.',
      SOURCES.tlsEndpoints,
    ),
    when: ({ after }) => isTrue(after),
  },
  {
    property: 'TransitEncryptionEnabled',
    effect: 'interruption',
    code: 'EC_TLS_OFF',
    message: 'TLS is switched off in place: clients with TLS are cut off, and the name of the endpoint changes.',
    alternative: 'Keep TLS.',
    source: SOURCES.tlsEndpoints,
  },
  {
    property: 'TransitEncryptionMode',
    when: ({ before, after, beforeProperties }) =>
      lower(before) !== 'preferred' &&
      lower(after) === 'required' &&
      !isTrue(beforeProperties.TransitEncryptionEnabled),
    effect: 'refused',
    code: 'EC_TLS_REQUIRED_FIRST_REFUSED',
    message: 'Required comes only after preferred; the service refuses to take both steps at once.',
    alternative: 'Deploy preferred, move every client to TLS, then deploy required.',
    source: SOURCES.tlsMigration,
  },
  {
    property: 'TransitEncryptionMode',
    when: ({ before, after }) => lower(before) === 'preferred' && lower(after) !== 'preferred',
    effect: 'interruption',
    code: 'EC_TLS_REQUIRED',
    message: 'All connections without TLS are dropped, and so are the names of the endpoint from before TLS.',
    alternative: 'Make sure first that every client uses TLS.',
    source: SOURCES.tlsMigration,
  },
  inPlace(
    'TransitEncryptionMode',
    'EC_TLS_MODE',
    'Both kinds of connection work, or nothing changes for those with TLS.',
    SOURCES.tlsMigration,
  ),
  {
    property: 'UserGroupIds',
    effect: 'interruption',
    code: 'EC_USER_GROUP_CHANGES',
    message: 'Who may log in changes in place: users that only the old group held are refused from then on.',
    alternative: 'Add the users to the group that is attached, move the clients, then remove the old users.',
    source: SOURCES.rbac,
  },
];

function gained(name: string, before: PropertyChange['beforeProperties'], after: PropertyChange['afterProperties']) {
  return before[name] === undefined && after[name] !== undefined;
}

function isStep({ before, after }: PropertyChange): boolean {
  return MODES.includes(lower(before)) && MODES.includes(lower(after));
}

/** What else of the group changes that the request for the cluster mode may not name: whether each is certain. */
function changesBeside({ changing }: PropertyChange): boolean[] {
  const allowed = ['ClusterMode', 'CacheParameterGroupName', 'Tags'];
  return [...changing].filter(([name]) => !allowed.includes(name)).map(([, certain]) => certain);
}
