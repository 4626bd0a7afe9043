/**
 * Options that contradict the topology would be ignored in silence; they are said instead, together with what is wrong with the
 * topology: a row is judged wherever the fields that it reads are well-formed.
 */
import type { Problem } from '../base/problem.ts';
import { type ElastiCacheTopology, elastiCacheSchema } from '../topology/elasticache.ts';
import { brokenRules, type Rule, ruleMaker } from '../topology/rules/rule.ts';
import { accessStringProblems, READ_BY_ACCESS_STRINGS } from './access-string-problems.ts';
import { alarmCountProblems } from './alarm-count.ts';
import { type AlarmsOption, alarmProblems } from './alarm-problems.ts';
import { type AlarmRow, alarmRows } from './alarm-rows.ts';
import type { JudgedTopology } from './judge-topology.ts';
import { deploymentFormProblems, keyFormProblems, logStreamFormProblems, secretFormProblems } from './option-forms.ts';
import { optionNameProblems } from './option-names.ts';
import type { RotationProps } from './rotation.ts';
import { rotationProblems } from './rotation-problems.ts';
import { type TemplateCounts, templateCountProblems } from './template-counts.ts';

interface Options {
  readonly encryptionKey?: unknown;
  readonly secret?: unknown;
  readonly rotation?: boolean | RotationProps;
  readonly accessString?: string;
  readonly logRetention?: unknown;
  readonly logDeliveryStream?: string;
  readonly alarms?: AlarmsOption;
  readonly templateCounts?: TemplateCounts;
  readonly globalDatastore?: string;
  readonly deployment?: string;
}

type Asked = ElastiCacheTopology & Options;

const rule = ruleMaker<Asked>();
const IGNORED = 'Redoubt: what would be ignored in silence was not meant.';

const OPTION_RULES: readonly Rule<Asked>[] = [
  rule({
    code: 'AWS_SECRET_NOT_USED',
    source: IGNORED,
    fields: ['secret', 'authentication'],
    when: ({ secret, authentication }) => secret !== undefined && !hasSecret(authentication),
    message: () =>
      '`secret` is given, but the topology has no password or token that it could hold (IAM, or no authentication). Leave it out, or choose another authentication.',
  }),
  rule({
    code: 'AWS_ROTATION_NOT_USED',
    source: IGNORED,
    fields: ['rotation', 'authentication'],
    when: ({ rotation = false, authentication }) => rotation !== false && !hasSecret(authentication),
    message: () =>
      '`rotation` is given, but the topology has no password or token that could be rotated (IAM, or no authentication). Leave it out, or choose another authentication.',
  }),
  rule({
    code: 'AWS_ACCESS_STRING_NOT_USED',
    source: IGNORED,
    fields: ['accessString', 'authentication'],
    when: ({ accessString, authentication }) => accessString !== undefined && authentication.kind !== 'rbac',
    message: ({ authentication }) =>
      `\`accessString\` is given, but the topology's authentication is "${authentication.kind}", which has no users to restrict. Choose "rbac", or leave it out.`,
  }),
  rule({
    code: 'AWS_ACCESS_STRING_TWICE',
    source: IGNORED,
    fields: ['accessString', 'authentication'],
    when: ({ accessString, authentication }) =>
      accessString !== undefined && authentication.kind === 'rbac' && authentication.accessString !== undefined,
    message: () =>
      '`accessString` is given, and the topology has an `authentication.accessString` as well. Leave one of them out.',
  }),
  rule({
    code: 'AWS_LOG_RETENTION_NOT_USED',
    source: IGNORED,
    fields: ['logRetention', 'logDeliveryStream'],
    when: ({ logRetention, logDeliveryStream }) => logRetention !== undefined && logDeliveryStream !== undefined,
    message: () =>
      '`logRetention` is given beside `logDeliveryStream`: the logs go to the stream, and nothing is kept in log groups. Leave one of them out.',
  }),
];

export function optionProblems(options: Options, { topology, malformed }: Omit<JudgedTopology, 'problems'>): Problem[] {
  return [
    ...optionNameProblems('ElastiCacheCluster', options),
    ...secretFormProblems(options.secret),
    ...keyFormProblems(options.encryptionKey),
    ...deploymentFormProblems(options.deployment),
    ...logStreamFormProblems(options.logDeliveryStream),
    ...brokenRules(OPTION_RULES, { ...topology, ...options }, { malformed }),
    ...accessStringProblems(options.accessString, isReadable(READ_BY_ACCESS_STRINGS, malformed) ? topology : undefined),
    ...rotationProblems(options.rotation),
    ...templateCountProblems(options, { topology, malformed }),
    ...alarmProblems(options.alarms, { known: alarmsOf(topology, malformed), whose: 'this topology' }),
    ...(malformed.size > 0 || options.alarms === false
      ? []
      : alarmCountProblems(topology, alarmRows(topology), { atMost: ALARMS_BESIDE_A_CLUSTER, option: 'alarms' })),
  ];
}

/** A cluster alone is some 20 resources: with more alarms than this its stack is certainly too large. */
const ALARMS_BESIDE_A_CLUSTER = 480;

function hasSecret(authentication: ElastiCacheTopology['authentication']): boolean {
  return (
    authentication.kind === 'auth-token' || (authentication.kind === 'rbac' && authentication.credential === 'password')
  );
}

/** What decides which alarms there are. */
const READ_BY_ALARMS = ['nodeType', 'dataTiering', 'evictionPolicy', 'replicasPerShard', 'scaling'];

const WITH_EVERY_ALARM = { platform: 'elasticache', name: 'any', shardCount: 1, replicasPerShard: 1 };

/** Where that cannot be read, every alarm that any topology has. */
function alarmsOf(topology: ElastiCacheTopology, malformed: ReadonlySet<string>): AlarmRow[] {
  return alarmRows(isReadable(READ_BY_ALARMS, malformed) ? topology : elastiCacheSchema.parse(WITH_EVERY_ALARM));
}

function isReadable(fields: readonly string[], malformed: ReadonlySet<string>): boolean {
  return !fields.some((field) => malformed.has(field));
}
