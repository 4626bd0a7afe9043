import {
  type AwsStandard,
  BOTH_ENCRYPTED,
  type DeployedTemplate,
  every,
  GROUP,
  IN_A_SUBNET_GROUP_OF_ITS_OWN,
  isTrue,
  ofType,
  type Resource,
  USERS_AND_NO_DEFAULT,
  USERS_OVER_TLS,
  withProperties,
} from './template.ts';

const INGRESS = 'AWS::EC2::SecurityGroupIngress';
const SECURITY_GROUP = 'AWS::EC2::SecurityGroup';

/** A rule stands in its group or beside it. */
function doorsOf(template: DeployedTemplate): Resource['Properties'][] {
  const within = ofType(template, SECURITY_GROUP).flatMap(({ SecurityGroupIngress = [] }) => SecurityGroupIngress);
  return [...ofType(template, INGRESS), ...within];
}

const REVIEWED =
  'Look again now and then. `redoubt drift` compares what was declared with what there is, and `redoubt verify` asks the servers.';

export const CIS_AWS_DATABASES: AwsStandard = {
  name: 'CIS AWS Database Services Benchmark v1.0.0, section 5: Amazon ElastiCache',
  source: 'https://github.com/turbot/steampipe-mod-aws-compliance/blob/main/cis_database_service_v100/section_5.sp',
  note: 'The benchmark has these assessed by people and states no exact condition; what is evaluated is the part of it that a template shows.',
  controls: [
    {
      id: '5.1',
      title: 'Ensure Secure Access to ElastiCache',
      answer: {
        met: '`ElastiCacheCluster`: users over TLS; `grantConnect` names the roles.',
        condition: USERS_OVER_TLS,
      },
    },
    {
      id: '5.2',
      title: 'Ensure Network Security is Enabled',
      answer: {
        met: '`ElastiCacheCluster`: a security group that lets in who is named by `connections`; open to the world it fails the synthesis.',
        condition: {
          holds: (template) =>
            every(GROUP, ({ SecurityGroupIds }) => SecurityGroupIds?.length > 0)(template) &&
            doorsOf(template).every(({ CidrIp, CidrIpv6 }) => CidrIp !== '0.0.0.0/0' && CidrIpv6 !== '::/0'),
          brokenBy: {
            'no security group': withProperties(GROUP, { SecurityGroupIds: [] }),
            'a door open to the world': withProperties(INGRESS, { CidrIp: '0.0.0.0/0' }),
            'a group open to the world': withProperties(SECURITY_GROUP, {
              SecurityGroupIngress: [{ CidrIpv6: '::/0' }],
            }),
          },
        },
      },
    },
    {
      id: '5.3',
      title: 'Ensure Encryption at Rest and in Transit is configured',
      answer: { met: '`ElastiCacheCluster`: always.', condition: BOTH_ENCRYPTED },
    },
    {
      id: '5.4',
      title: 'Ensure Automatic Updates and Patching are Enabled',
      answer: {
        met: '`ElastiCacheCluster`: `autoMinorVersionUpgrade`, on by default; `maintenanceWindow` says when.',
        condition: isTrue('AutoMinorVersionUpgrade'),
      },
    },
    {
      id: '5.5',
      title: 'Ensure Virtual Private Cloud (VPC) is Enabled',
      answer: {
        met: '`ElastiCacheCluster`: private or isolated subnets of the VPC; public ones are refused.',
        condition: IN_A_SUBNET_GROUP_OF_ITS_OWN,
      },
    },
    {
      id: '5.6',
      title: 'Ensure Monitoring and Logging is Enabled',
      answer: {
        met: '`ElastiCacheCluster`: engine and slow log, alarms on every node, a dashboard.',
        condition: {
          holds: (template) =>
            every(GROUP, ({ LogDeliveryConfigurations }) => LogDeliveryConfigurations?.length > 0)(template) &&
            every('AWS::CloudWatch::Alarm', ({ AlarmActions }) => AlarmActions?.length > 0)(template),
          brokenBy: {
            'no log': withProperties(GROUP, { LogDeliveryConfigurations: [] }),
            'alarms that nobody is told of': withProperties('AWS::CloudWatch::Alarm', { AlarmActions: [] }),
          },
        },
      },
    },
    { id: '5.7', title: 'Ensure Security Configurations are Reviewed Regularly', answer: { yours: REVIEWED } },
    {
      id: '5.8',
      title: 'Ensure Authentication and Access Control is Enabled',
      answer: {
        met: '`ElastiCacheCluster`: one user with an access string, and the `default` user off.',
        condition: USERS_AND_NO_DEFAULT,
      },
    },
    {
      id: '5.9',
      title: 'Ensure Audit Logging is Enabled',
      answer: {
        yours:
          'ElastiCache writes no log of commands. Calls of its API are in CloudTrail, which belongs to the account.',
      },
    },
    { id: '5.10', title: 'Ensure Security Configurations are Reviewed Regularly', answer: { yours: REVIEWED } },
  ],
};
