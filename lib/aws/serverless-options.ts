/**
 * Options that contradict the settings would be ignored in silence; they are said instead, together with what is wrong with the
 * settings: a row is judged wherever the fields that it reads are well-formed.
 */
import type { Problem } from '../base/problem.ts';
import type { ServerlessCacheSettings } from '../topology/elasticache-serverless.ts';
import { describeGiven } from '../topology/input/describe.ts';
import { brokenRules, type Rule, ruleMaker } from '../topology/rules/rule.ts';
import { accessStringProblems } from './access-string-problems.ts';
import { type AlarmsOption, alarmProblems } from './alarm-problems.ts';
import type { JudgedServerlessCache } from './judge-serverless.ts';
import { deploymentFormProblems, keyFormProblems, secretFormProblems, topicFormProblems } from './option-forms.ts';
import { optionNameProblems } from './option-names.ts';
import type { RotationProps } from './rotation.ts';
import { rotationProblems } from './rotation-problems.ts';
import { serverlessAlarmRows } from './serverless-alarms.ts';

interface Options {
  readonly encryptionKey?: unknown;
  readonly secret?: unknown;
  readonly rotation?: boolean | RotationProps;
  readonly accessString?: string;
  readonly removalPolicy?: string;
  readonly finalSnapshotName?: string;
  readonly alarmTopic?: unknown;
  readonly alarms?: AlarmsOption;
  readonly deployment?: string;
}

type Asked = ServerlessCacheSettings & Options;

const rule = ruleMaker<Asked>();
const IGNORED = 'Redoubt: what would be ignored in silence was not meant.';

const OPTION_RULES: readonly Rule<Asked>[] = [
  rule({
    code: 'AWS_SECRET_NOT_USED',
    source: IGNORED,
    fields: ['secret', 'authentication'],
    when: ({ secret, authentication }) => secret !== undefined && authentication.credential === 'iam',
    message: () =>
      '`secret` is given, but the user signs in with IAM and has no password that it could hold. Leave it out, or choose the credential "password".',
  }),
  rule({
    code: 'AWS_ROTATION_NOT_USED',
    source: IGNORED,
    fields: ['rotation', 'authentication'],
    when: ({ rotation = false, authentication }) => rotation !== false && authentication.credential === 'iam',
    message: () =>
      '`rotation` is given, but the user signs in with IAM and has no password that could be rotated. Leave it out, or choose the credential "password".',
  }),
  rule({
    code: 'AWS_FINAL_SNAPSHOT_NOT_USED',
    source: IGNORED,
    fields: ['finalSnapshotName', 'removalPolicy'],
    when: ({ finalSnapshotName, removalPolicy }) =>
      finalSnapshotName !== undefined && removalPolicy !== undefined && removalPolicy !== 'snapshot',
    message: ({ removalPolicy }) =>
      `\`finalSnapshotName\` is given, but \`removalPolicy\` is ${describeGiven(removalPolicy)}: no last snapshot is taken. Leave one of them out.`,
  }),
  rule({
    code: 'AWS_ALARM_TOPIC_NOT_USED',
    source: IGNORED,
    fields: ['alarmTopic', 'alarms'],
    when: ({ alarmTopic, alarms }) => alarmTopic !== undefined && alarms === false,
    message: () =>
      '`alarmTopic` is given, but `alarms` is false: it would never be told anything. Leave one of them out.',
  }),
];

export function serverlessOptionProblems(
  options: Options,
  { settings, malformed }: Omit<JudgedServerlessCache, 'problems'>,
): Problem[] {
  return [
    ...optionNameProblems('ServerlessCache', options),
    ...secretFormProblems(options.secret),
    ...keyFormProblems(options.encryptionKey),
    ...topicFormProblems(options.alarmTopic, 'alarmTopic'),
    ...deploymentFormProblems(options.deployment),
    ...brokenRules(OPTION_RULES, { ...settings, ...options }, { malformed }),
    // Its clients see a cluster, and it knows no Redis OSS before 7.
    ...accessStringProblems(options.accessString, { clusterMode: 'enabled', engine: 'valkey', engineVersion: '8' }),
    ...rotationProblems(options.rotation),
    ...alarmProblems(options.alarms, {
      known: serverlessAlarmRows(withLimits(settings, malformed)),
      whose: 'this cache',
      note: '; Storage and Ecpu need an upper limit',
    }),
  ];
}

const LIMITED = { max: Number.POSITIVE_INFINITY };

/** Limits that cannot be read are taken to be there, with their alarms, and never reached. */
function withLimits(settings: ServerlessCacheSettings, malformed: ReadonlySet<string>): ServerlessCacheSettings {
  return {
    ...settings,
    ...(malformed.has('storageGigabytes') ? { storageGigabytes: LIMITED } : {}),
    ...(malformed.has('ecpuPerSecond') ? { ecpuPerSecond: LIMITED } : {}),
  };
}
