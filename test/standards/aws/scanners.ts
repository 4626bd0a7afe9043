/** What reads templates before anything is deployed, besides cdk-nag. */
import {
  type AwsStandard,
  every,
  isTrue,
  snapshotsKeptFor,
  USERS_AND_NO_DEFAULT,
  USERS_OVER_TLS,
  withProperties,
} from './template.ts';

const AT_REST = { met: '`ElastiCacheCluster`: always.', condition: isTrue('AtRestEncryptionEnabled') };
const IN_TRANSIT = { met: '`ElastiCacheCluster`: always.', condition: isTrue('TransitEncryptionEnabled') };
const SNAPSHOTS = '`ElastiCacheCluster`: `snapshotRetentionDays`, 15 by default.';
const VALKEY_UNSEEN = 'The rule looks at the engine `redis` only, so that Valkey is never judged.';

export const CHECKOV_AWS: AwsStandard = {
  name: 'Checkov, CloudFormation',
  source: 'https://github.com/bridgecrewio/checkov/tree/main/checkov/cloudformation/checks/resource/aws',
  controls: [
    {
      id: 'CKV_AWS_29',
      title: 'Ensure all data stored in the Elasticache Replication Group is securely encrypted at rest',
      answer: AT_REST,
    },
    {
      id: 'CKV_AWS_30',
      title: 'Ensure all data stored in the Elasticache Replication Group is securely encrypted at transit',
      answer: IN_TRANSIT,
    },
    {
      id: 'CKV_AWS_31',
      title:
        'Ensure all data stored in the Elasticache Replication Group is securely encrypted at transit and has auth token',
      answer: {
        met: '`ElastiCacheCluster`: users over TLS, and the `default` user off.',
        blind: 'The check fails every group without `AuthToken`, one with users too.',
        condition: USERS_OVER_TLS,
      },
    },
    {
      id: 'CKV_AWS_134',
      title: 'Ensure that Amazon ElastiCache Redis clusters have automatic backup turned on',
      source:
        'https://github.com/bridgecrewio/checkov/blob/main/checkov/terraform/checks/resource/aws/ElasticCacheAutomaticBackup.py',
      answer: { notApplicable: 'It reads Terraform, and there single clusters only (`aws_elasticache_cluster`).' },
    },
  ],
};

const SECURITY_GROUP = 'AWS::EC2::SecurityGroup';

export const TRIVY: AwsStandard = {
  name: 'Trivy, and tfsec and cfsec before it',
  source: 'https://github.com/aquasecurity/trivy-checks/tree/main/checks/cloud/aws/elasticache',
  controls: [
    { id: 'AVD-AWS-0045', title: 'Elasticache Replication Group stores unencrypted data at-rest.', answer: AT_REST },
    {
      id: 'AVD-AWS-0049',
      title: 'Missing description for security group/security group rule.',
      answer: {
        met: 'Every security group says whose clients it is for.',
        blind: 'The check looks at security groups of ElastiCache itself, which stand outside a VPC.',
        condition: {
          holds: every(SECURITY_GROUP, ({ GroupDescription }) => Boolean(GroupDescription)),
          brokenBy: { 'no description': withProperties(SECURITY_GROUP, { GroupDescription: '' }) },
        },
      },
    },
    {
      id: 'AVD-AWS-0050',
      title: 'Redis cluster should have backup retention turned on',
      answer: {
        met: SNAPSHOTS,
        blind: 'The check looks at single clusters of the engine `redis` only, never at a replication group.',
        condition: snapshotsKeptFor(1),
      },
    },
    { id: 'AVD-AWS-0051', title: 'Elasticache Replication Group uses unencrypted traffic.', answer: IN_TRANSIT },
  ],
};

export const CFN_GUARD: AwsStandard = {
  name: 'AWS Guard Rules Registry, and an AWS Control Tower proactive control',
  source: 'https://github.com/aws-cloudformation/aws-guard-rules-registry/tree/main/rules/aws/elasticache',
  controls: [
    {
      id: 'ELASTICACHE_REPLICATION_GROUP_ENCRYPTION_AT_REST',
      title: 'ElastiCache ReplicationGroup should have encryption enabled for at rest',
      answer: AT_REST,
    },
    {
      id: 'ELASTICACHE_REPLICATION_GROUP_ENCRYPTION_IN_TRANSIT',
      title: 'ElastiCache ReplicationGroup should have encryption enabled for in transit',
      answer: { ...IN_TRANSIT, blind: VALKEY_UNSEEN },
    },
    {
      id: 'aws_elasticache_replicationgroup_backups_enabled',
      answer: { met: SNAPSHOTS, blind: VALKEY_UNSEEN, condition: snapshotsKeptFor(1) },
    },
    {
      id: 'CT.ELASTICACHE.PR.8',
      title:
        'Require an Amazon ElastiCache replication group of later Redis OSS versions to have RBAC authentication activated',
      source: 'https://docs.aws.amazon.com/controltower/latest/controlreference/elasticache-rules.html',
      answer: {
        met: '`ElastiCacheCluster`: users by default, and the `default` user off.',
        blind: VALKEY_UNSEEN,
        condition: USERS_AND_NO_DEFAULT,
      },
    },
  ],
};
