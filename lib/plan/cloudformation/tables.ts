/** Every resource type that is compared property by property, and what a change of the whole resource does. */
import type { Outcome, Row } from '../row.ts';
import { SOURCES } from './sources.ts';
import { GLOBAL_DATASTORE_ROWS } from './tables/global-datastore.ts';
import { PARAMETER_GROUP_ROWS, SUBNET_GROUP_ROWS } from './tables/groups.ts';
import { KEY_ROWS, SECRET_ROWS } from './tables/keys-and-secrets.ts';
import { REPLICATION_GROUP_ROWS } from './tables/replication-group.ts';
import { SERVERLESS_CACHE_ROWS } from './tables/serverless-cache.ts';
import { USER_GROUP_ROWS, USER_ROWS } from './tables/users.ts';

export interface ResourceTable {
  readonly type: string;
  readonly rows: readonly Row[];
  /** Properties that are secrets, whatever form they have. */
  readonly secrets: readonly string[];
  /** Maps that are compared entry by entry. */
  readonly maps: readonly string[];
  readonly holdsData: boolean;
  /** The property that is the physical name, when the template may give one. */
  readonly nameProperty?: string;
  readonly deleted: Outcome;
  /** Instead of `deleted` where DeletionPolicy retains it, and it then does its work as before. */
  readonly retained?: Outcome;
  /** Judged only where an ElastiCache resource, or a secret of one, refers to it. */
  readonly onlyWhenReferenced?: true;
}

const CACHE_DELETED: Outcome = {
  effect: 'data-loss',
  code: 'EC_DELETED',
  message: 'The cache is deleted with everything in it.',
  alternative: 'Take it out only after its clients have moved; keep a snapshot (DeletionPolicy: Snapshot).',
  source: SOURCES.deletionPolicy,
};

const CACHE_RETAINED: Outcome = {
  effect: 'interruption',
  code: 'EC_RETAINED',
  message:
    'The cache leaves the stack and goes on outside it with its data and its endpoint; nothing manages it any more, and it is paid for until somebody deletes it.',
  alternative: 'Keep it in the stack, or import it into another one before it is changed or deleted by hand.',
  source: SOURCES.deletionPolicy,
};

function deleted(code: string, message: string, source: string): Outcome {
  return { effect: 'interruption', code, message, source };
}

export const TABLES: readonly ResourceTable[] = [
  {
    type: 'AWS::ElastiCache::ReplicationGroup',
    rows: REPLICATION_GROUP_ROWS,
    secrets: ['AuthToken'],
    maps: [],
    holdsData: true,
    nameProperty: 'ReplicationGroupId',
    deleted: CACHE_DELETED,
    retained: CACHE_RETAINED,
  },
  {
    type: 'AWS::ElastiCache::ServerlessCache',
    rows: SERVERLESS_CACHE_ROWS,
    secrets: [],
    maps: [],
    holdsData: true,
    nameProperty: 'ServerlessCacheName',
    deleted: CACHE_DELETED,
    retained: CACHE_RETAINED,
  },
  {
    type: 'AWS::ElastiCache::GlobalReplicationGroup',
    rows: GLOBAL_DATASTORE_ROWS,
    secrets: [],
    maps: [],
    holdsData: false,
    deleted: deleted(
      'GD_DELETED',
      'The Global Datastore is deleted: regions no longer follow the primary. The service refuses while it has secondaries.',
      SOURCES.globalDatastore,
    ),
  },
  {
    type: 'AWS::ElastiCache::SubnetGroup',
    rows: SUBNET_GROUP_ROWS,
    secrets: [],
    maps: [],
    holdsData: false,
    deleted: deleted(
      'EN_DELETED',
      'The subnet group is deleted; the service refuses while a replication group is in it.',
      SOURCES.subnetGroup,
    ),
  },
  {
    type: 'AWS::ElastiCache::ParameterGroup',
    rows: PARAMETER_GROUP_ROWS,
    secrets: [],
    maps: ['Properties'],
    holdsData: false,
    deleted: deleted(
      'EP_DELETED',
      'The parameter group is deleted; the service refuses while a replication group uses it.',
      SOURCES.parameterGroup,
    ),
  },
  {
    type: 'AWS::ElastiCache::User',
    rows: USER_ROWS,
    secrets: ['Passwords', 'AuthenticationMode'],
    maps: [],
    holdsData: false,
    deleted: deleted('EU_DELETED', 'The user is deleted: clients that log in with it are refused.', SOURCES.user),
  },
  {
    type: 'AWS::ElastiCache::UserGroup',
    rows: USER_GROUP_ROWS,
    secrets: [],
    maps: [],
    holdsData: false,
    deleted: deleted(
      'EG_DELETED',
      'The user group is deleted: its users are refused by the caches that it was attached to.',
      SOURCES.userGroup,
    ),
  },
  {
    type: 'AWS::KMS::Key',
    rows: KEY_ROWS,
    secrets: [],
    maps: [],
    holdsData: false,
    onlyWhenReferenced: true,
    deleted: {
      effect: 'data-loss',
      code: 'KK_DELETED',
      message:
        'The key is deleted after its waiting time: a cache and snapshots that are encrypted with it cannot be read any more.',
      alternative: 'Keep the key (DeletionPolicy: Retain) as long as a cache or a snapshot needs it.',
      source: SOURCES.key,
    },
    retained: {
      effect: 'in-place',
      code: 'KK_RETAINED',
      message: 'The key leaves the stack and stays in the account: what is encrypted with it can be read as before.',
      source: SOURCES.deletionPolicy,
    },
  },
  {
    type: 'AWS::SecretsManager::Secret',
    rows: SECRET_ROWS,
    secrets: ['SecretString', 'GenerateSecretString'],
    maps: [],
    holdsData: false,
    onlyWhenReferenced: true,
    deleted: deleted('KS_DELETED', 'The secret is deleted: clients that read it lose access.', SOURCES.secret),
  },
];

const BY_TYPE = new Map(TABLES.map((table) => [table.type, table]));

export function tableOf(type: string): ResourceTable | undefined {
  return BY_TYPE.get(type);
}

const KEEP_THE_ID =
  'Keep the logical id: overrideLogicalId("OLD_ID") on the L1 construct, or move it with `cdk refactor` before the deployment.';

/** Effects that no property table holds. */
export const GENERAL = {
  created: {
    effect: 'in-place',
    code: 'EC_CREATED',
    message: 'It is new: there is nothing yet that could be lost.',
    source: SOURCES.updateBehaviours,
  },
  renamed: {
    effect: 'data-loss',
    code: 'EC_RENAMED',
    message:
      'The logical id changes, so CloudFormation creates a new, empty cache and deletes this one: all data is lost.',
    alternative: KEEP_THE_ID,
    source: SOURCES.updateBehaviours,
  },
  renamedBesideRetained: {
    effect: 'data-loss',
    code: 'EC_RENAMED_BESIDE_RETAINED',
    message:
      'The logical id changes, so CloudFormation creates a new, empty cache and leaves this one behind: clients that follow the stack find none of the data.',
    alternative: KEEP_THE_ID,
    source: SOURCES.updateBehaviours,
  },
  anotherBesideRetained: {
    effect: 'data-loss',
    code: 'EC_RETAINED_BESIDE_ANOTHER',
    message: 'It is empty, and this one is left behind with its data: clients that follow the stack find none of it.',
    alternative:
      'Add the new cache in one update, move data and clients, and take the old one out of the stack in a later update.',
    source: SOURCES.deletionPolicy,
  },
  typeChanged: {
    effect: 'refused',
    code: 'EC_TYPE_CHANGED_REFUSED',
    message: 'CloudFormation does not change the type of a resource under the same logical id.',
    alternative: 'Give the new resource a logical id of its own.',
    source: SOURCES.updateBehaviours,
  },
  conditionUnknown: {
    effect: 'unknown',
    code: 'EC_CONDITION_UNKNOWN',
    message: 'Whether the resource exists depends on a condition that changes: it may be deleted or created.',
    alternative: 'Compare the templates with the condition decided, or acknowledge it by name.',
    source: SOURCES.conditions,
  },
  keepingPolicyAdded: {
    effect: 'in-place',
    code: 'EC_KEEPING_POLICY_ADDED',
    message: 'From the next deployment on the data is kept when the cache is deleted or replaced.',
    source: SOURCES.deletionPolicy,
  },
  keepingPolicyRemoved: {
    effect: 'interruption',
    code: 'EC_KEEPING_POLICY_REMOVED',
    message: 'From the next deployment on nothing is kept of the data when the cache is deleted or replaced.',
    alternative: 'Leave it at Snapshot or Retain.',
    source: SOURCES.deletionPolicy,
  },
  propertyUnknown: {
    effect: 'unknown',
    code: 'EC_PROPERTY_UNKNOWN',
    message: 'No table knows this property, so what changing it does cannot be told.',
    alternative:
      'Look up "Update requires" in the reference of the resource; acknowledge it by name when it is harmless.',
    source: SOURCES.updateBehaviours,
  },
  valueUnknown: {
    effect: 'unknown',
    code: 'EC_VALUE_UNKNOWN',
    message: 'The value is known only when it is deployed; if it differs, the resource may be replaced.',
    alternative: 'Make a change set and read its Replacement field, or write the value out in both templates.',
    source: SOURCES.updateBehaviours,
  },
  tableMissing: {
    effect: 'unknown',
    code: 'EC_TYPE_UNKNOWN',
    message: 'No table knows this type of resource, so what the change does cannot be told.',
    alternative: 'Make a change set and read its Replacement field; acknowledge it by name when it is harmless.',
    source: SOURCES.updateBehaviours,
  },
  nestedStack: {
    effect: 'unknown',
    code: 'EC_NESTED_STACK_UNKNOWN',
    message: 'A nested stack changes; what is in it is in a template of its own.',
    alternative: 'Compare the two templates of the nested stack in the same way, then acknowledge it here by name.',
    source: SOURCES.updateBehaviours,
  },
} as const satisfies Record<string, Outcome>;
