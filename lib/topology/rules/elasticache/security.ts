/** Who may speak to it: TLS and users. */

import { lockedOutComplaint, unknownCategoriesComplaint } from '../../access-needs.ts';
import { formComplaint, isSwitchedOn, offComplaint, refusedPlaces } from '../../access-words.ts';
import { askedOf, type DeclaredAccess } from '../../application-access.ts';
import type { ElastiCacheTopology } from '../../elasticache.ts';
import { describeGiven } from '../../input/describe.ts';
import { ELASTICACHE_LIMITS } from '../../limits.ts';
import { type Rule, ruleMaker } from '../rule.ts';

const rule = ruleMaker<ElastiCacheTopology>();

export const SECURITY_RULES: readonly Rule<ElastiCacheTopology>[] = [
  rule({
    code: 'EC_AUTHENTICATION_REQUIRED',
    source:
      'Redoubt: a cache that anybody in the network may read is never what was asked for (Security Hub ElastiCache.6).',
    fields: ['authentication', 'transitEncryption'],
    when: ({ authentication, transitEncryption }) => authentication.kind === 'none' && transitEncryption === 'required',
    message: () => '`authentication.kind` is "none": choose "rbac" (one application user) or "auth-token".',
  }),
  rule({
    code: 'EC_PREFERRED_TLS_EXCLUDES_AUTHENTICATION',
    source: 'https://github.com/cloudposse/terraform-aws-elasticache-redis/issues/239',
    fields: ['transitEncryption', 'authentication'],
    when: ({ authentication, transitEncryption }) =>
      transitEncryption === 'preferred' && authentication.kind !== 'none',
    message: ({ authentication }) =>
      `\`transitEncryption\` is "preferred" with authentication "${authentication.kind}": the service takes credentials only where TLS is required ("InvalidParameterCombination: Transit encryption preferred is not supported with redis access control."). Use "required"; "preferred" is a step of a migration, with authentication "none".`,
  }),
  rule({
    code: 'EC_PREFERRED_TLS_NEEDS_ENGINE_VERSION',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption-enable-existing.html',
    fields: ['transitEncryption', 'engine', 'engineVersion'],
    when: ({ transitEncryption, engine, engineVersion }) =>
      transitEncryption === 'preferred' && engine === 'redis' && /^6\./.test(engineVersion),
    message: ({ engineVersion }) =>
      `\`transitEncryption\` is "preferred" with redis ${describeGiven(engineVersion)}: before redis 7.0, TLS is decided at creation and cannot be introduced step by step. Upgrade first, or use "required".`,
  }),
  rule({
    code: 'EC_USER_NAME_FORM',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html',
    fields: ['authentication'],
    when: ({ authentication }) =>
      authentication.kind === 'rbac' &&
      (!/^[^\s\p{Cc}]+$/u.test(authentication.userName) ||
        authentication.userName.length > ELASTICACHE_LIMITS.userNameLength.max),
    message: () =>
      `\`authentication.userName\` must have 1 to ${ELASTICACHE_LIMITS.userNameLength.max} characters and no spaces. Rename the user.`,
  }),
  rule({
    code: 'EC_USER_NAME_IS_DEFAULT',
    source:
      'Redoubt: the `default` user of the group is switched off, so that a client without a user name is refused.',
    fields: ['authentication'],
    when: ({ authentication }) => authentication.kind === 'rbac' && authentication.userName === 'default',
    message: () =>
      '`authentication.userName` is "default": that user is switched off, so that a client that forgot its name is refused. Give the application a user of its own, for example "application".',
  }),
  rule({
    code: 'EC_ACCESS_STRING_FORM',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html#Access-string',
    fields: ['authentication'],
    when: ({ authentication }) => refusedPlaces(accessStringOf(authentication)).length > 0,
    message: ({ authentication }) => formComplaint(FIELD, accessStringOf(authentication)) ?? '',
  }),
  rule({
    code: 'EC_ACCESS_STRING_OFF',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html (neither on nor off means off)',
    fields: ['authentication'],
    when: ({ authentication }) =>
      authentication.kind === 'rbac' &&
      authentication.accessString !== undefined &&
      !isSwitchedOn(authentication.accessString),
    message: ({ authentication }) => offComplaint(FIELD, accessStringOf(authentication)) ?? '',
  }),
  rule({
    code: 'EC_ACCESS_STRING_LOCKS_OUT',
    source: 'Redoubt: what clients really send (access-needs.ts); a cache that nobody can use was not asked for.',
    fields: ['authentication', 'clusterMode', 'engine', 'engineVersion'],
    when: (asked) => locksOut(asked) !== undefined,
    message: (asked) => locksOut(asked) ?? '',
  }),
  rule({
    code: 'EC_ACCESS_STRING_CATEGORY',
    source: 'https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/#command-categories',
    fields: ['authentication'],
    when: ({ authentication }) => unknownCategoriesComplaint(FIELD, accessStringOf(authentication)) !== undefined,
    message: ({ authentication }) => unknownCategoriesComplaint(FIELD, accessStringOf(authentication)) ?? '',
  }),
  rule({
    code: 'EC_IAM_USER_NAME_FORM',
    source:
      'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html (user id and user name are the same) and API_CreateUser',
    fields: ['authentication'],
    when: ({ authentication }) =>
      authentication.kind === 'rbac' &&
      authentication.credential === 'iam' &&
      !(
        /^[a-z](?:-?[a-z0-9])*$/.test(authentication.userName) &&
        authentication.userName.length <= ELASTICACHE_LIMITS.userIdLength.max
      ),
    message: () =>
      `\`authentication.userName\` must be usable as a user id when the credential is "iam" ("InvalidParameterCombination: User Id and User name must be same for authentication type: iam"): 1 to ${ELASTICACHE_LIMITS.userIdLength.max} small letters, digits and single hyphens, starting with a letter. Rename the user.`,
  }),
  rule({
    code: 'EC_IAM_NEEDS_ENGINE_VERSION',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html',
    fields: ['authentication', 'engine', 'engineVersion'],
    when: ({ authentication, engine, engineVersion }) =>
      authentication.kind === 'rbac' &&
      authentication.credential === 'iam' &&
      engine === 'redis' &&
      /^6\./.test(engineVersion),
    message: ({ engineVersion }) =>
      `\`authentication.credential\` is "iam" with redis ${describeGiven(engineVersion)}: IAM authentication needs Valkey 7.2 or redis 7.0, or later. Choose a later version, or "password".`,
  }),
];

const FIELD = 'authentication.accessString';

function locksOut({ authentication, ...topology }: DeclaredAccess): string | undefined {
  const asked = askedOf({ authentication, ...topology });
  return asked === undefined ? undefined : lockedOutComplaint(FIELD, asked);
}

function accessStringOf(authentication: ElastiCacheTopology['authentication']): string {
  return authentication.kind === 'rbac' ? (authentication.accessString ?? '') : '';
}
