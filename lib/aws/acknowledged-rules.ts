/**
 * Rules of cdk-nag that are wrong for what is made here, each with its reason beside it and what holds in its place.
 * `Validations` is the CDK's own, so that cdk-nag need not be installed. Everything else that a pack finds is true.
 */
import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

const PACKS_FOR_COMPLIANCE = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'];

const USERS_INSTEAD_OF_TOKEN =
  'The rule knows AUTH tokens only. This group has users (RBAC), which AWS recommends over a token: the default user is off, and the topology rule EC_AUTHENTICATION_REQUIRED refuses a group without either.';

const TOPIC_CANNOT_BE_ENCRYPTED =
  'ElastiCache cannot publish to an encrypted topic and silently switches it to inactive (ElastiCacheSNS.html). Its messages name clusters and nodes, no data; TLS is enforced.';

const NOBODY_SIGNS_IN =
  'The password of the user default, which is switched off (access string "off"): nobody can sign in with it, so there is nothing to rotate.';

export function acknowledgeUsersInsteadOfToken(group: IConstruct): void {
  acknowledge(group, ['AwsSolutions-AEC6'], USERS_INSTEAD_OF_TOKEN);
}

export function acknowledgePlainTopic(topic: IConstruct): void {
  acknowledge(
    topic,
    PACKS_FOR_COMPLIANCE.map((pack) => `${pack}-SNSEncryptedKMS`),
    TOPIC_CANNOT_BE_ENCRYPTED,
  );
}

export function acknowledgeUnrotatedSecret(secretOfDefaultUser: IConstruct): void {
  const rules = PACKS_FOR_COMPLIANCE.map((pack) => `${pack}-SecretsManagerRotationEnabled`);
  acknowledge(secretOfDefaultUser, ['AwsSolutions-SMG4', ...rules], NOBODY_SIGNS_IN);
}

function acknowledge(construct: IConstruct, ids: readonly string[], reason: string): void {
  Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
}
