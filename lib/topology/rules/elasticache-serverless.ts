/** What ElastiCache accepts of a serverless cache, as rows. */
import type { ServerlessCacheSettings } from '../elasticache-serverless.ts';
import { describeGiven } from '../input/describe.ts';
import { ELASTICACHE_LIMITS, SERVERLESS_LIMITS } from '../limits.ts';
import { type Rule, ruleMaker } from './rule.ts';

const rule = ruleMaker<ServerlessCacheSettings>();

const API = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateServerlessCache.html';
const SCALING = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Scaling.html';
const {
  storageGigabytes: storage,
  ecpuPerSecond: ecpu,
  snapshotRetentionDays: retention,
  descriptionLength,
  nameLength,
} = SERVERLESS_LIMITS;

export const SERVERLESS_RULES: readonly Rule<ServerlessCacheSettings>[] = [
  rule({
    code: 'EC_SERVERLESS_NAME_FORM',
    source: API,
    fields: ['name'],
    when: ({ name }) => !/^[a-z](?:-?[a-z0-9])*$/i.test(name) || name.length > nameLength.max,
    message: ({ name }) =>
      `The name is ${describeGiven(name)}: a serverless cache's name has 1 to ${nameLength.max} letters, digits and single hyphens, starts with a letter and does not end with a hyphen. Rename it.`,
  }),
  rule({
    code: 'EC_SERVERLESS_ENGINE_VERSION',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html',
    fields: ['majorEngineVersion', 'engine'],
    when: ({ majorEngineVersion, engine }) => !isMajorVersion(engine, majorEngineVersion),
    message: ({ majorEngineVersion, engine }) =>
      `\`majorEngineVersion\` is ${describeGiven(majorEngineVersion)} with ${engine}: a serverless cache takes a major version only, "7" of redis, "7" or later of valkey, and applies the minor ones itself. Correct it.`,
  }),
  rule({
    code: 'EC_SERVERLESS_STORAGE_RANGE',
    source: SCALING,
    fields: ['storageGigabytes'],
    when: ({ storageGigabytes }) => !lies(storageGigabytes, storage),
    message: ({ storageGigabytes }) =>
      `\`storageGigabytes\` is ${rangeText(storageGigabytes)}: the service takes ${storage.min} to ${storage.max} GB, the lower limit not above the upper. Correct it.`,
  }),
  rule({
    code: 'EC_SERVERLESS_ECPU_RANGE',
    source: SCALING,
    fields: ['ecpuPerSecond'],
    when: ({ ecpuPerSecond }) => !lies(ecpuPerSecond, ecpu),
    message: ({ ecpuPerSecond }) =>
      `\`ecpuPerSecond\` is ${rangeText(ecpuPerSecond)}: the service takes ${ecpu.min} to ${ecpu.max} units in a second, the lower limit not above the upper. Correct it.`,
  }),
  rule({
    code: 'EC_SERVERLESS_SNAPSHOT_RETENTION_RANGE',
    source: API,
    fields: ['snapshotRetentionDays'],
    when: ({ snapshotRetentionDays: days }) => days < retention.min || days > retention.max,
    message: ({ snapshotRetentionDays }) =>
      `\`snapshotRetentionDays\` is ${snapshotRetentionDays}: a serverless cache keeps its daily snapshot for ${retention.min} to ${retention.max} days. Correct it.`,
  }),
  rule({
    code: 'EC_SERVERLESS_DESCRIPTION_FORM',
    source: API,
    fields: ['description'],
    when: ({ description = '' }) => description.length > descriptionLength.max || /[<>]/.test(description),
    message: ({ description = '' }) =>
      `\`description\` has ${description.length} characters${/[<>]/.test(description) ? ', "<" or ">" among them' : ''}: it may have up to ${descriptionLength.max}, without "<" and ">". Correct it.`,
  }),
  rule({
    code: 'EC_SERVERLESS_USER_NAME_FORM',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html',
    fields: ['authentication'],
    when: ({ authentication: { userName, credential } }) =>
      userName === 'default' || !(credential === 'iam' ? isUserId(userName) : isUserName(userName)),
    message: ({ authentication: { userName, credential } }) =>
      `\`authentication.userName\` is ${describeGiven(userName)}: a user with a password has a name of 1 to ${ELASTICACHE_LIMITS.userNameLength.max} characters without spaces, one with "iam" (this is "${credential}") 1 to ${ELASTICACHE_LIMITS.userIdLength.max} small letters, digits and single hyphens, and "default" is switched off. Rename the user.`,
  }),
];

function isMajorVersion(engine: ServerlessCacheSettings['engine'], version: string): boolean {
  return engine === 'redis' ? version === '7' : /^[1-9]\d*$/.test(version) && Number(version) >= 7;
}

interface Range {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

function lies({ min, max }: Range, limits: { readonly min: number; readonly max: number }): boolean {
  const inside = [min, max].every((value) => value === undefined || (value >= limits.min && value <= limits.max));
  return inside && (min ?? limits.min) <= (max ?? limits.max);
}

function rangeText({ min, max }: Range): string {
  return `from ${min ?? '(no lower limit)'} to ${max ?? '(no upper limit)'}`;
}

function isUserName(userName: string): boolean {
  return /^[^\s\p{Cc}]+$/u.test(userName) && userName.length <= ELASTICACHE_LIMITS.userNameLength.max;
}

function isUserId(userName: string): boolean {
  return /^[a-z](?:-?[a-z0-9])*$/.test(userName) && userName.length <= ELASTICACHE_LIMITS.userIdLength.max;
}
