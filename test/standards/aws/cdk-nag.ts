import {
  type AwsControl,
  type AwsStandard,
  BOTH_ENCRYPTED,
  every,
  GROUP,
  IN_A_SUBNET_GROUP_OF_ITS_OWN,
  isTrue,
  snapshotsKeptFor,
  USERS_AND_NO_DEFAULT,
  withProperties,
} from './template.ts';

const backup = (id: string, requirements: string): AwsControl => ({
  id,
  title: 'The ElastiCache Redis cluster does not retain automatic backups for at least 15 days.',
  requirements,
  answer: {
    met: '`ElastiCacheCluster`: `snapshotRetentionDays`, 15 by default.',
    condition: snapshotsKeptFor(15),
  },
});

/** Also run as they are, on the whole stacks of every shipped deployment: test/aws/nag.test.ts. */
export const CDK_NAG: AwsStandard = {
  name: "cdk-nag's packs: AwsSolutions, HIPAA, NIST 800-53",
  source: 'https://github.com/cdklabs/cdk-nag/blob/main/RULES.md',
  note: 'Their rules of ElastiCache; the PCI DSS pack has none. test/aws/nag.test.ts runs all packs on the whole stacks of every shipped deployment. They do not see resources that the CDK makes without a type of its own, such as the function that closes the default security group of a VPC.',
  controls: [
    {
      id: 'AwsSolutions-AEC1',
      title: 'The ElastiCache cluster is not provisioned in a VPC.',
      answer: { met: '`ElastiCacheCluster`: always.', condition: IN_A_SUBNET_GROUP_OF_ITS_OWN },
    },
    {
      id: 'AwsSolutions-AEC3',
      title: 'The ElastiCache Redis cluster does not have both encryption in transit and at rest enabled.',
      answer: { met: '`ElastiCacheCluster`: always.', condition: BOTH_ENCRYPTED },
    },
    {
      id: 'AwsSolutions-AEC4',
      title: 'The ElastiCache Redis cluster is not deployed in a Multi-AZ configuration.',
      answer: { met: '`ElastiCacheCluster`: `multiAz`, on by default.', condition: isTrue('MultiAZEnabled') },
    },
    {
      id: 'AwsSolutions-AEC5',
      title: 'The ElastiCache cluster uses the default endpoint port.',
      answer: {
        met: '`ElastiCacheCluster`: `port`, if that matters to you. It hides nothing from whoever is let in by the security group, and nobody else is. So nothing is refused or warned of at synth, where AEC6 has EC_AUTHENTICATION_REQUIRED: a warning on every default cluster would be acknowledged unread. An app that has to meet it asserts `cluster.topology.port`.',
        asked: { port: 6380 },
        blind: 'The rule knows the engine `redis` only, so that Valkey on port 6379 passes it.',
        condition: {
          holds: every(GROUP, ({ Port }) => Port !== undefined && Port !== 6379),
          brokenBy: { 'port 6379': withProperties(GROUP, { Port: 6379 }) },
        },
      },
    },
    {
      id: 'AwsSolutions-AEC6',
      title: 'The ElastiCache Redis cluster does not use Redis AUTH for user authentication.',
      answer: {
        met: '`ElastiCacheCluster`: users by default, and the `default` user off.',
        blind: 'The rule judges a group with users by the token that it does not have.',
        suppressed: 'AwsSolutions-AEC6',
        condition: USERS_AND_NO_DEFAULT,
      },
    },
    backup(
      'HIPAA.Security-ElastiCacheRedisClusterAutomaticBackup',
      '164.308(a)(7)(i), 164.308(a)(7)(ii)(A), 164.308(a)(7)(ii)(B)',
    ),
    backup('NIST.800.53.R4-ElastiCacheRedisClusterAutomaticBackup', 'CP-9(b), CP-10, SI-12'),
    backup(
      'NIST.800.53.R5-ElastiCacheRedisClusterAutomaticBackup',
      'CP-1(2), CP-2(5), CP-6a, CP-6(1), CP-6(2), CP-9a, CP-9b, CP-9c, CP-10, CP-10(2), SC-5(2), SI-13(5)',
    ),
  ],
};
