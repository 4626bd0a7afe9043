/** Roles of our functions: what each may do and nothing else, which the managed policies for Lambda are not. */
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledgeInlinePolicies, acknowledgeNetworkInterfaces } from './acknowledged-rules.ts';

/** May write to its own log group. */
export function functionRole(scope: Construct, id: string, { logGroup }: { readonly logGroup: ILogGroup }): Role {
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      Log: new PolicyDocument({
        statements: [
          new PolicyStatement({
            actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            resources: [logGroup.logGroupArn],
          }),
        ],
      }),
    },
  });
  acknowledgeInlinePolicies(role);
  return role;
}

/**
 * May also stand in a VPC. Lambda makes the interfaces with the function's role and asks for these rights on every
 * resource (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions).
 */
export function functionRoleInVpc(scope: Construct, id: string, props: { readonly logGroup: ILogGroup }): Role {
  const role = functionRole(scope, id, props);
  role.addToPolicy(
    new PolicyStatement({
      actions: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    }),
  );
  acknowledgeNetworkInterfaces(role);
  return role;
}
