import { CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * A cache that outlives its stack needs the rest as well: `DeleteUser` takes a user out of every group, so without its users
 * nobody gets in, and a key, subnet group or security group in use cannot be deleted and fails the deletion of the stack. To be
 * called when all that the cache refers to is made, and nothing else: functions and alarms go with the stack.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteUser.html
 */
export function retainWithCache(construct: Construct, policy: RemovalPolicy): void {
  if (policy !== RemovalPolicy.RETAIN && policy !== RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE) return;
  for (const child of construct.node.findAll()) {
    if (CfnResource.isCfnResource(child)) child.applyRemovalPolicy(policy);
  }
}
