import { SECURITY_HUB } from './security-hub.ts';
import { type AwsControl, type AwsStandard, snapshotsKeptFor, USERS_AND_NO_DEFAULT } from './template.ts';

/** A rule that a control of Security Hub is made of, and that asks the same. */
function ofSecurityHub(id: string, title: string, controlId: string): AwsControl {
  const control = SECURITY_HUB.controls.find((candidate) => candidate.id === controlId);
  if (control === undefined) throw new Error(`Security Hub has no ${controlId}.`);
  return { id, title, answer: control.answer };
}

export const AWS_CONFIG: AwsStandard = {
  name: 'AWS Config managed rules',
  source: 'https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html',
  controls: [
    ofSecurityHub(
      'elasticache-auto-minor-version-upgrade-check',
      'Checks if Amazon ElastiCache clusters have auto minor version upgrades enabled',
      'ElastiCache.2',
    ),
    {
      id: 'elasticache-automatic-backup-check-enabled',
      title: 'Checks if Amazon ElastiCache clusters (Valkey or Redis OSS) have automatic backup turned on',
      answer: {
        met: '`ElastiCacheCluster`: `snapshotRetentionDays`, 15 by default; the rule takes the days it asks for as a parameter.',
        condition: snapshotsKeptFor(1),
      },
    },
    {
      id: 'elasticache-rbac-auth-enabled',
      title: 'Checks if Amazon ElastiCache replication groups have RBAC authentication enabled',
      answer: {
        met: '`ElastiCacheCluster`: users by default, and the `default` user off, which the rule does not ask for.',
        condition: USERS_AND_NO_DEFAULT,
      },
    },
    {
      id: 'elasticache-redis-cluster-automatic-backup-check',
      title: 'Check if the Amazon ElastiCache Redis clusters have automatic backup turned on',
      answer: {
        met: "`ElastiCacheCluster`: `snapshotRetentionDays`, 15 by default, which is the rule's own example of its parameter.",
        condition: snapshotsKeptFor(15),
      },
    },
    ofSecurityHub(
      'elasticache-repl-grp-auto-failover-enabled',
      'Checks if Amazon ElastiCache Redis replication groups have automatic failover enabled',
      'ElastiCache.3',
    ),
    ofSecurityHub(
      'elasticache-repl-grp-encrypted-at-rest',
      'Checks if Amazon ElastiCache replication groups have encryption-at-rest enabled',
      'ElastiCache.4',
    ),
    ofSecurityHub(
      'elasticache-repl-grp-encrypted-in-transit',
      'Checks if Amazon ElastiCache replication groups have encryption-in-transit enabled',
      'ElastiCache.5',
    ),
    ofSecurityHub(
      'elasticache-repl-grp-redis-auth-enabled',
      'Checks if Amazon ElastiCache replication groups have Redis AUTH enabled',
      'ElastiCache.6',
    ),
    ofSecurityHub(
      'elasticache-subnet-group-check',
      'Checks if Amazon ElastiCache clusters are configured with a custom subnet group',
      'ElastiCache.7',
    ),
    {
      id: 'elasticache-supported-engine-version',
      title: 'Checks if ElastiCache clusters are running a version greater or equal to the recommended engine version',
      answer: { yours: 'The versions are parameters of the rule. Set `engineVersion` to what you recommend.' },
    },
  ],
};
