/**
 * Rules of cdk-nag that are wrong for what is made here, each with its reason beside it and what holds in its place.
 * `Validations` is the CDK's own, so that cdk-nag need not be installed. Everything else that a pack finds is true.
 */
import { type CfnElement, Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** A rule that is suppressed on a construct and everything below it, and why. */
export interface AcknowledgedRule {
  /** Of cdk-nag: `AwsSolutions-AEC6`, or one finding of a rule, `AwsSolutions-IAM5[Resource::*]`. */
  readonly rule: string;
  /** Why it does not hold here, as a sentence. */
  readonly reason: string;
  /** Path of the construct. */
  readonly path: string;
}

/** How the CDK keeps the id of a rule of a pack. */
const OF_A_PACK = 'Annotation::';

/**
 * Every rule of cdk-nag that is suppressed in a stack or an app, by these constructs or by anybody: for whoever has to answer for it.
 * What these constructs suppress is also in docs/standards.md.
 */
export function acknowledgedRules(scope: IConstruct): AcknowledgedRule[] {
  return scope.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .filter(([id]) => id.startsWith(OF_A_PACK))
      .map(([id, reason]) => ({ rule: id.slice(OF_A_PACK.length), reason, path: node.path })),
  );
}

export const PACKS_FOR_COMPLIANCE = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'];

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

const INHERITED_ENCRYPTION =
  'A secondary of a Global Datastore has the encryption of its primary, in transit and at rest, and may not say so itself; the primary is checked.';

export function acknowledgeInheritedEncryption(secondary: IConstruct): void {
  acknowledge(secondary, ['AwsSolutions-AEC3'], INHERITED_ENCRYPTION);
}

export function acknowledgeUnrotatedSecret(secretOfDefaultUser: IConstruct): void {
  const rules = PACKS_FOR_COMPLIANCE.map((pack) => `${pack}-SecretsManagerRotationEnabled`);
  acknowledge(secretOfDefaultUser, ['AwsSolutions-SMG4', ...rules], NOBODY_SIGNS_IN);
}

const PART_OF_THE_ROLE =
  'The policy is of this one role and goes with it; a managed policy beside it would be a second thing to review for the same rights.';

const INTERFACES_OF_LAMBDA =
  'Lambda makes its network interfaces with the role of the function and asks for these rights on every resource, because the interfaces do not exist before.';

const ASKED_AND_WAITED_FOR =
  'CloudFormation waits for the answer of this function: a failure is the failure of the deployment, and nothing is left for a queue. It runs once at a time.';

const NOT_OURS_TO_MOVE =
  'The framework of the CDK answers CloudFormation at an address outside the VPC, and reaches neither the cache nor a secret.';

const ANY_VERSION_OF_ONE_FUNCTION =
  'The CDK grants the call of one function with its versions, which is what the last wildcard of the ARN stands for.';

/** The roles of our functions: `construct` and everything below it. */
export function acknowledgeInlinePolicies(role: IConstruct): void {
  acknowledge(
    role,
    PACKS_FOR_COMPLIANCE.map((pack) => `${pack}-IAMNoInlinePolicy`),
    PART_OF_THE_ROLE,
  );
}

export function acknowledgeNetworkInterfaces(role: IConstruct): void {
  acknowledge(role, ['AwsSolutions-IAM5[Resource::*]'], INTERFACES_OF_LAMBDA);
}

export function acknowledgeAskedFunction(construct: IConstruct): void {
  const rules = ['LambdaConcurrency', 'LambdaDLQ'];
  acknowledge(
    construct,
    PACKS_FOR_COMPLIANCE.flatMap((pack) => rules.map((rule) => `${pack}-${rule}`)),
    ASKED_AND_WAITED_FOR,
  );
}

const CALLED_AGAIN =
  'Secrets Manager calls this function one rotation at a time, calls it again when it fails, and tells CloudTrail; the password stays as it is until then.';

const ANY_PASSWORD =
  'A random password is made of nothing, so there is no resource to name (secretsmanager:GetRandomPassword).';

/** @param role of the function; the CDK adds the rights on the secret to it */
export function acknowledgeRotationFunction(rotation: IConstruct, role: IConstruct): void {
  const rules = ['LambdaConcurrency', 'LambdaDLQ'];
  acknowledge(
    rotation,
    PACKS_FOR_COMPLIANCE.flatMap((pack) => rules.map((rule) => `${pack}-${rule}`)),
    CALLED_AGAIN,
  );
  acknowledge(role, ['AwsSolutions-IAM5[Resource::*]'], ANY_PASSWORD);
}

/** @param asked the function that the provider calls */
export function acknowledgeAnsweringFunction(provider: IConstruct, role: IConstruct, asked: CfnElement): void {
  acknowledgeAskedFunction(provider);
  acknowledge(
    provider,
    PACKS_FOR_COMPLIANCE.map((pack) => `${pack}-LambdaInsideVPC`),
    NOT_OURS_TO_MOVE,
  );
  const name = asked.stack.getLogicalId(asked);
  acknowledge(role, [`AwsSolutions-IAM5[Resource::<${name}.Arn>:*]`], ANY_VERSION_OF_ONE_FUNCTION);
}

const WIDER_THAN_ONE_THING =
  'ElastiCache lists groups, nodes and events without an ARN of the group, and these questions change nothing; CodeBuild makes its network interfaces for itself in the named subnets only; every report is a new object of one bucket.';

const POLICY_OF_NOBODY =
  'The library prepares this policy for roles that it may change; ours says everything itself, so it is attached to none and in no template.';

const NO_REPOSITORY =
  'The source is a package in the bucket of the CDK, no repository, so there is no address with a credential.';

export function acknowledgeRehearsalRights(role: IConstruct, reports: CfnElement): void {
  const bucket = reports.stack.getLogicalId(reports);
  const interfaces = 'arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:network-interface/*';
  const resources = ['*', interfaces, `<${bucket}.Arn>/*`];
  acknowledge(
    role,
    resources.map((resource) => `AwsSolutions-IAM5[Resource::${resource}]`),
    WIDER_THAN_ONE_THING,
  );
  acknowledgeInlinePolicies(role);
}

export function acknowledgeSourceWithoutRepository(project: IConstruct): void {
  acknowledge(
    project,
    PACKS_FOR_COMPLIANCE.map((pack) => `${pack}-CodeBuildProjectSourceRepoUrl`),
    NO_REPOSITORY,
  );
  acknowledge(project, ['AwsSolutions-IAM5[Resource::*]'], POLICY_OF_NOBODY);
  // The role with which EventBridge starts it is the project's child.
  acknowledgeInlinePolicies(project);
}

const REPORTS_OF_ONE_WRITER =
  'Reports are written by one role and read by people with rights in this account, which CloudTrail records. They hold figures and host names, no data of the cache, and can be made again, so no second bucket logs or copies them.';

export function acknowledgeReportsBucket(bucket: IConstruct): void {
  const rules = ['S3BucketDefaultLockEnabled', 'S3BucketLoggingEnabled', 'S3BucketReplicationEnabled'];
  acknowledge(
    bucket,
    ['AwsSolutions-S1', ...PACKS_FOR_COMPLIANCE.flatMap((pack) => rules.map((rule) => `${pack}-${rule}`))],
    REPORTS_OF_ONE_WRITER,
  );
}

function acknowledge(construct: IConstruct, ids: readonly string[], reason: string): void {
  Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
}
