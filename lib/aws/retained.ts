import { CfnResource, RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Advisory } from './advisories.ts';

const NOTHING_KEPT =
  '`removalPolicy` is "destroy": when the cache is removed or replaced, its data is gone without a last snapshot. Leave it out, or acknowledge this where the data may go.';

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

/** A removed stack is not the only way there: a replaced group goes the same way. */
export function nothingKeptAdvisories(policy: RemovalPolicy): Advisory[] {
  return policy === RemovalPolicy.DESTROY ? [{ id: 'redoubt:no-last-snapshot', message: NOTHING_KEPT }] : [];
}
