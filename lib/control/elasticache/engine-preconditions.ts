/** Why a group must not be changed from Redis OSS to Valkey now: every reason at once. Pure. */
import { ELASTICACHE_ENGINE_VERSIONS } from '../../topology/limits.ts';
import type { CheckContext } from '../../verify/check.ts';
import { listed } from '../../verify/judging.ts';
import type { Precondition } from '../control-plane.ts';
import { productionTagOf } from '../production-tag.ts';
import type {
  CacheCluster,
  CacheParameterGroup,
  Parameter,
  ReplicationGroup,
  Tag,
  User,
  UserGroup,
} from './description.ts';
import { ofEveryNode } from './field.ts';
import { replicasBehind } from './replicas-behind.ts';

export interface EngineFacts {
  readonly subject: string;
  readonly group: ReplicationGroup;
  readonly nodes: readonly CacheCluster[];
  readonly tags: readonly Tag[];
  /** Of the parameter group that the nodes have now. */
  readonly parameters: readonly Parameter[];
  /** To which version. */
  readonly engineVersion: string;
  /** The parameter group that the group would get; absent where none was named. */
  readonly wanted?: { readonly group: CacheParameterGroup | undefined; readonly parameters: readonly Parameter[] };
  readonly userGroups: readonly UserGroup[];
  readonly users: readonly User[];
  /** What the servers say, where they can be asked. */
  readonly servers?: CheckContext;
}

export function enginePreconditions(facts: EngineFacts): Precondition[] {
  return [
    notRedis,
    memberOfGlobalDatastore,
    unknownVersion,
    oldVersion,
    groupBusy,
    nodesBusy,
    changesPending,
    withoutReplica,
    switchedOff,
    ({ servers }: EngineFacts) => replicasBehind(servers, 'ENGINE_TO_VALKEY'),
    parameterGroup,
    parametersDiffer,
    userGroupUnfit,
    userWithoutPassword,
    noSnapshots,
    production,
  ].flatMap((rule) => rule(facts));
}

type Rule = (facts: EngineFacts) => Precondition[];

function refused(code: string, message: string): Precondition[] {
  return [{ code: `ENGINE_TO_VALKEY_${code}`, message, overridable: false }];
}

function doubtful(code: string, message: string): Precondition[] {
  return [{ code: `ENGINE_TO_VALKEY_${code}`, message, overridable: true }];
}

const notRedis: Rule = ({ subject, group, nodes }) => {
  const engine = group.Engine ?? ofEveryNode({ nodes }, ({ Engine }) => Engine);
  if (engine === 'redis') return [];
  const what = engine === undefined ? 'The API does not say which engine it is' : `It is ${engine}`;
  return refused(
    'NOT_REDIS',
    `Only Redis OSS can become Valkey, in the ${subject}. ${what}: there is nothing to change.`,
  );
};

/** Its members have one version, and it is changed for all of them together. */
const memberOfGlobalDatastore: Rule = ({ subject, group }) => {
  const id = group.GlobalReplicationGroupInfo?.GlobalReplicationGroupId;
  if (id === undefined || id === '') return [];
  return refused(
    'GLOBAL_MEMBER',
    `The ${subject} is a member of the Global Datastore ${id}, whose members change together. Change it there (ModifyGlobalReplicationGroup), or take the group out first.`,
  );
};

const unknownVersion: Rule = ({ engineVersion }) => {
  const known: readonly string[] = ELASTICACHE_ENGINE_VERSIONS.valkey;
  if (known.includes(engineVersion)) return [];
  return refused(
    'VERSION_UNKNOWN',
    `Valkey ${engineVersion} is asked for; the service has ${listed(known, known.length)}, without a patch level. Give --engine-version one of these.`,
  );
};

/** From this version on the service changes engines without an outage of the endpoint. */
const SEAMLESS_FROM = [5, 0, 6] as const;

const oldVersion: Rule = ({ nodes }) => {
  const versions = [...new Set(nodes.map(({ EngineVersion = '' }) => EngineVersion))].filter(isBeforeSeamless);
  if (versions.length === 0) return [];
  return doubtful(
    'OLD_VERSION',
    `Redis OSS ${listed(versions)} is older than ${SEAMLESS_FROM.join('.')}, from which the change is without downtime: 30 to 60 seconds of failover are to be expected. Upgrade Redis OSS first.`,
  );
};

function isBeforeSeamless(version: string): boolean {
  const parts = version.split('.').map(Number);
  const place = SEAMLESS_FROM.findIndex((least, index) => (parts[index] ?? least) !== least);
  return place >= 0 && (parts[place] ?? 0) < (SEAMLESS_FROM[place] ?? 0);
}

const groupBusy: Rule = ({ subject, group }) =>
  group.Status === 'available'
    ? []
    : refused(
        'GROUP_BUSY',
        `The ${subject} is ${group.Status ?? 'in a state that the API does not say'}: it must be available. Wait until its change is over.`,
      );

const nodesBusy: Rule = ({ nodes }) => {
  const busy = nodes.filter(({ CacheClusterStatus }) => CacheClusterStatus !== 'available');
  if (busy.length === 0) return [];
  const which = busy.map(
    ({ CacheClusterId, CacheClusterStatus }) => `${CacheClusterId} (${CacheClusterStatus ?? 'not told'})`,
  );
  return refused('NODE_BUSY', `Not available: ${listed(which)}. Wait until every node is.`);
};

/** "Pending scale-up must be complete" is what the service says of upgrades that it blocks. */
const changesPending: Rule = ({ subject, group, nodes }) => {
  const pending = [group, ...nodes].flatMap(({ PendingModifiedValues = {} }) =>
    Object.entries(PendingModifiedValues).flatMap(([name, value]) => (value === undefined ? [] : [name])),
  );
  if (pending.length === 0) return [];
  return refused(
    'CHANGE_PENDING',
    `Changes of the ${subject} are waiting to be applied (${listed([...new Set(pending)])}), and would be applied along with it. Apply or take them back first.`,
  );
};

const withoutReplica: Rule = ({ group: { NodeGroups = [] } }) => {
  const alone = NodeGroups.filter(({ NodeGroupMembers = [] }) => NodeGroupMembers.length < 2);
  if (alone.length === 0) return [];
  const which = listed(alone.map(({ NodeGroupId }) => `${NodeGroupId}`));
  return doubtful(
    'NO_REPLICA',
    `Node group ${which} has no replica that could take over: it is down while its node is changed, and keeps its data only as far as the service manages. Add a replica first.`,
  );
};

const switchedOff: Rule = ({ subject, group }) =>
  group.AutomaticFailover === 'enabled'
    ? []
    : doubtful(
        'FAILOVER_OFF',
        `Automatic failover of the ${subject} is ${group.AutomaticFailover ?? 'not told'}: without it writes stop while a primary is changed. Switch it on first.`,
      );

const MAJOR = /^\d+/;

/** `Expected a parameter group of family valkey8 but found one of family valkey7`, says the service of a wrong one. */
const parameterGroup: Rule = ({ nodes, wanted, engineVersion }) => {
  const family = `valkey${MAJOR.exec(engineVersion)?.[0] ?? ''}`;
  if (wanted !== undefined) {
    const found = wanted.group?.CacheParameterGroupFamily;
    if (found === family) return [];
    return refused(
      'PARAMETER_GROUP_FAMILY',
      `Valkey ${engineVersion} needs a parameter group of family ${family}, and ${wanted.group?.CacheParameterGroupName ?? 'the one that was named'} is of ${found ?? 'a family that the API does not say'}. Name another with --parameter-group.`,
    );
  }
  const names = nodes.map(({ CacheParameterGroup }) => CacheParameterGroup?.CacheParameterGroupName);
  const own = [...new Set(names)].filter((name) => name?.startsWith('default.') !== true);
  if (own.length === 0) return [];
  return refused(
    'PARAMETER_GROUP_MISSING',
    `The group has a parameter group of its own (${listed(own.map((name) => name ?? 'not told'))}), which Valkey cannot use. Create one of family ${family} with the same values, and name it with --parameter-group.`,
  );
};

/** The service wants the same values for whatever needs a restart; other values than today's are a change that nobody asked for. */
const parametersDiffer: Rule = ({ parameters, wanted }) => {
  if (wanted === undefined) return [];
  const then = new Map(wanted.parameters.map((parameter) => [parameter.ParameterName, parameter]));
  const differing = parameters.flatMap((now) => {
    const other = then.get(now.ParameterName);
    const isChosen = now.Source === 'user' || other?.Source === 'user';
    if (other === undefined || !isChosen || other.ParameterValue === now.ParameterValue) return [];
    const text = `${now.ParameterName} is ${now.ParameterValue ?? 'not set'} and would be ${other.ParameterValue ?? 'not set'}`;
    return [{ text, isStatic: [now, other].some(({ ChangeType }) => ChangeType === 'requires-reboot') }];
  });
  const of = (isStatic: boolean) => differing.filter((one) => one.isStatic === isStatic).map(({ text }) => text);
  return [
    ...(of(true).length === 0
      ? []
      : refused(
          'STATIC_PARAMETERS_DIFFER',
          `Parameters that need a restart must stay the same: ${listed(of(true))}. Give the new parameter group the values of the old one.`,
        )),
    ...(of(false).length === 0
      ? []
      : doubtful(
          'PARAMETERS_DIFFER',
          `The new parameter group changes how the servers behave: ${listed(of(false))}. Give it the values of the old one.`,
        )),
  ];
};

/** A group of engine redis may serve Valkey; https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html */
const userGroupUnfit: Rule = ({ group: { UserGroupIds = [] }, userGroups }) => {
  const missing = UserGroupIds.filter((id) => userGroups.every(({ UserGroupId }) => UserGroupId !== id));
  const unfit = userGroups
    .filter(({ Engine = '', Status }) => !['redis', 'valkey'].includes(Engine.toLowerCase()) || Status !== 'active')
    .map(
      ({ UserGroupId, Engine, Status }) =>
        `${UserGroupId} (engine ${Engine ?? 'not told'}, ${Status ?? 'state not told'})`,
    );
  const which = [...missing.map((id) => `${id} (not told)`), ...unfit];
  if (which.length === 0) return [];
  return refused(
    'USER_GROUP_UNFIT',
    `A user group must be of engine redis or valkey, and active: ${listed(which)}. Wait until its change is over, or give the group another.`,
  );
};

const userWithoutPassword: Rule = ({ users }) => {
  const open = users.filter(({ Authentication }) => Authentication?.Type === 'no-password');
  if (open.length === 0) return [];
  const names = listed(open.map(({ UserName }) => `"${UserName}"`));
  return doubtful(
    'USER_WITHOUT_PASSWORD',
    `User ${names} needs no password, and a user group of engine valkey takes none such: its users could not be moved over afterwards. Give it a password first.`,
  );
};

const noSnapshots: Rule = ({ subject, group }) =>
  (group.SnapshotRetentionLimit ?? 0) > 0
    ? []
    : doubtful(
        'NO_SNAPSHOTS',
        `The ${subject} keeps no snapshots, and a snapshot is the only way back to Redis OSS. Take one first (aws elasticache create-snapshot).`,
      );

const production: Rule = ({ subject, tags }) => {
  const tag = productionTagOf(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  if (tag === undefined) return [];
  return doubtful('PRODUCTION', `The ${subject} is tagged ${tag}: real users notice it. Rehearse it on a copy first.`);
};
