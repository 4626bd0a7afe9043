import {
  type AwsStandard,
  every,
  GROUP,
  IN_A_SUBNET_GROUP_OF_ITS_OWN,
  isTrue,
  snapshotsKeptFor,
  withProperties,
} from './template.ts';

const NIST = 'NIST.800-53.r5';

/** The seven controls of ElastiCache; AWS Foundational Security Best Practices has them under the same ids. */
export const SECURITY_HUB: AwsStandard = {
  name: 'AWS Security Hub, and AWS Foundational Security Best Practices',
  source: 'https://docs.aws.amazon.com/securityhub/latest/userguide/elasticache-controls.html',
  note: 'The page maps no control of ElastiCache to the CIS AWS Foundations Benchmark; the requirements of NIST and PCI DSS are as it maps them.',
  controls: [
    {
      id: 'ElastiCache.1',
      title: 'ElastiCache (Redis OSS) clusters should have automatic backups enabled',
      requirements: `${NIST} CP-10, CP-6, CP-6(1), CP-6(2), CP-9, SC-5(2), SI-12, SI-13(5)`,
      answer: { met: '`ElastiCacheCluster`: `snapshotRetentionDays`, 15 by default.', condition: snapshotsKeptFor(1) },
    },
    {
      id: 'ElastiCache.2',
      title: 'ElastiCache clusters should have automatic minor version upgrades enabled',
      requirements: `${NIST} SI-2, SI-2(2), SI-2(4), SI-2(5); PCI DSS v4.0.1/6.3.3`,
      answer: {
        met: '`ElastiCacheCluster`: `autoMinorVersionUpgrade`, on by default.',
        condition: isTrue('AutoMinorVersionUpgrade'),
      },
    },
    {
      id: 'ElastiCache.3',
      title: 'ElastiCache replication groups should have automatic failover enabled',
      requirements: `${NIST} CP-10, SC-36, SC-5(2), SI-13(5)`,
      answer: {
        met: '`ElastiCacheCluster`: `automaticFailover`, on by default.',
        condition: isTrue('AutomaticFailoverEnabled'),
      },
    },
    {
      id: 'ElastiCache.4',
      title: 'ElastiCache replication groups should be encrypted at rest',
      requirements: `${NIST} CA-9(1), CM-3(6), SC-13, SC-28, SC-28(1), SC-7(10), SI-7(6)`,
      answer: {
        met: '`ElastiCacheCluster`: always, with a key of its own or `encryptionKey`.',
        condition: isTrue('AtRestEncryptionEnabled'),
      },
    },
    {
      id: 'ElastiCache.5',
      title: 'ElastiCache replication groups should be encrypted in transit',
      requirements: `${NIST} AC-17(2), AC-4, IA-5(1), SC-12(3), SC-13, SC-23, SC-23(3), SC-7(4), SC-8, SC-8(1), SC-8(2), SI-7(6); PCI DSS v4.0.1/4.2.1`,
      answer: { met: '`ElastiCacheCluster`: always.', condition: isTrue('TransitEncryptionEnabled') },
    },
    {
      id: 'ElastiCache.6',
      title: 'ElastiCache (Redis OSS) replication groups of earlier versions should have Redis OSS AUTH enabled',
      requirements: `${NIST} AC-2(1), AC-3, AC-3(15), AC-3(7), AC-6; PCI DSS v4.0.1/8.3.1`,
      answer: {
        met: '`ElastiCacheCluster`: users by default; versions below 6, which alone the control judges, are refused.',
        condition: {
          holds: every(
            GROUP,
            ({ Engine, EngineVersion, AuthToken }) =>
              Engine !== 'redis' || Number.parseInt(EngineVersion, 10) >= 6 || AuthToken !== undefined,
          ),
          brokenBy: {
            'Redis OSS 5.0.6 without a token': withProperties(GROUP, { Engine: 'redis', EngineVersion: '5.0.6' }),
          },
        },
      },
    },
    {
      id: 'ElastiCache.7',
      title: 'ElastiCache clusters should not use the default subnet group',
      requirements: `${NIST} AC-4, AC-4(21), SC-7, SC-7(11), SC-7(16), SC-7(21), SC-7(4), SC-7(5)`,
      answer: {
        met: '`ElastiCacheCluster`: a subnet group of its own, of private or isolated subnets.',
        condition: IN_A_SUBNET_GROUP_OF_ITS_OWN,
      },
    },
  ],
};
