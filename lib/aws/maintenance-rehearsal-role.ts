/** What a rehearsal may do: fail over this one group, ask how it is, sign in to it, and write its log and reports. */

import type { ISubnet } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, type PolicyStatementProps, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { CfnBucket, IBucket } from 'aws-cdk-lib/aws-s3';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { ArnFormat, Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledgeRehearsalRights } from './acknowledged-rules.ts';
import type { ElastiCacheCluster } from './elasticache-cluster.ts';
import { letSignIn } from './sign-in.ts';

/** Asked about lists and events that have no ARN of the group (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html). */
const QUESTIONS = [
  'elasticache:DescribeCacheClusters',
  'elasticache:DescribeEvents',
  'elasticache:DescribeReplicationGroups',
  'elasticache:DescribeUpdateActions',
];

interface RehearsalRoleProps {
  readonly cluster: ElastiCacheCluster;
  readonly subnets: readonly ISubnet[];
  readonly logGroup: ILogGroup;
  readonly reports: IBucket;
  /** Absent when the runner's image has redoubt already. */
  readonly asset?: Asset;
}

/** Everything is said here; what the library would add by itself is more than is needed (deleting reports, for one). */
export function rehearsalRole(scope: Construct, props: RehearsalRoleProps): Role {
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('codebuild.amazonaws.com') });
  letSignIn(role, props.cluster);
  const statements = [...ofGroup(scope, props), ...ofRunner(props), ...ofNetwork(scope, props)];
  for (const statement of statements) role.addToPolicy(new PolicyStatement(statement));
  acknowledgeRehearsalRights(role, props.reports.node.defaultChild as CfnBucket);
  return role;
}

function ofGroup(scope: Construct, { cluster }: RehearsalRoleProps): PolicyStatementProps[] {
  const { name } = cluster.topology;
  const group = Stack.of(scope).formatArn({
    service: 'elasticache',
    resource: 'replicationgroup',
    // The service keeps ids in small letters; a token's text must stay as it is.
    resourceName: Token.isUnresolved(name) ? name : name.toLowerCase(),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    { actions: ['elasticache:TestFailover', 'elasticache:ListTagsForResource'], resources: [group] },
    { actions: QUESTIONS, resources: ['*'] },
  ];
}

/** Its source, the profile, its log and its reports (https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html). */
function ofRunner({ cluster, logGroup, reports, asset }: RehearsalRoleProps): PolicyStatementProps[] {
  const source = asset?.bucket.arnForObjects(asset.s3ObjectKey);
  const profile = cluster.profile?.parameter.parameterArn;
  return [
    { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] },
    { actions: ['s3:PutObject'], resources: [reports.arnForObjects('*')] },
    { actions: ['s3:GetBucketAcl', 's3:GetBucketLocation'], resources: [reports.bucketArn] },
    { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [cluster.encryptionKey.keyArn] },
    ...(source === undefined ? [] : [{ actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: [source] }]),
    ...(profile === undefined ? [] : [{ actions: ['ssm:GetParameters'], resources: [profile] }]),
  ];
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html#customer-managed-policies-example-create-vpc-network-interface */
function ofNetwork(scope: Construct, { subnets }: RehearsalRoleProps): PolicyStatementProps[] {
  const arnOf = (resource: string, resourceName: string) =>
    Stack.of(scope).formatArn({ service: 'ec2', resource, resourceName });
  return [
    {
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeDhcpOptions',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
      ],
      resources: ['*'],
    },
    {
      actions: ['ec2:CreateNetworkInterfacePermission'],
      resources: [arnOf('network-interface', '*')],
      conditions: {
        StringEquals: {
          'ec2:AuthorizedService': 'codebuild.amazonaws.com',
          'ec2:Subnet': subnets.map(({ subnetId }) => arnOf('subnet', subnetId)),
        },
      },
    },
  ];
}
