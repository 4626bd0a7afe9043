/**
 * A stack that looks at a cluster must not hold up the cluster's own changes. By default the CDK hands values to another stack as
 * exports, and CloudFormation neither removes nor changes an export that is in use ("cannot be deleted as it is in use by …"), so a
 * change of the authentication could not be deployed. Weak references (`Fn::GetStackOutput`) are read when the looking stack is
 * deployed, and bind nothing: docs/adr/0021-who-looks-binds-nothing.md.
 */
import { createHash } from 'node:crypto';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Annotations, CfnElement, CrossStackReferences, Lazy, ReferenceStrength, Stack } from 'aws-cdk-lib/core';
import { DEFAULT_CROSS_STACK_REFERENCES } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import type { ElastiCacheCluster } from './elasticache-cluster.ts';
import type { ServerlessCache } from './serverless-cache.ts';

/**
 * To be called before anything is made in the stack, as the CDK reads the strength from the context of the stack, which is closed
 * with its first construct. `both`, the step of the CDK from exports to weak references, is left as it is.
 */
export function lookingFrom(scope: Construct): Construct {
  const stack = Stack.of(scope);
  const isNew = stack.node.children.length === 0;
  if (isNew && strengthIn(stack) !== ReferenceStrength.BOTH) {
    CrossStackReferences.of(stack).consume(ReferenceStrength.WEAK);
  }
  return scope;
}

/** For a stack that was begun by somebody else, and cannot be changed from here any more. */
export function adviseWeakReferences(scope: Construct): void {
  const strength = strengthIn(Stack.of(scope));
  if (strength === ReferenceStrength.WEAK || strength === ReferenceStrength.BOTH) return;
  Annotations.of(scope).addWarningV2(
    'redoubt:strong-references',
    'This stack has other constructs, and takes what it needs of the cluster as exports, which hold up changes of the cluster ("cannot be deleted as it is in use"). Make it the first in a stack of its own, or say `CrossStackReferences.of(stack).consume(ReferenceStrength.WEAK)` when the stack is new.',
  );
}

function strengthIn(stack: Stack): unknown {
  return stack.node.tryGetContext(DEFAULT_CROSS_STACK_REFERENCES);
}

interface Seen {
  readonly cluster: ElastiCacheCluster | ServerlessCache;
  readonly vpc: IVpc;
}

/**
 * Changes with everything that the app says of the cluster, its network and `more`. A weak reference is written the same when its
 * value is another, and a stack whose template is the same is not deployed: this makes it another.
 */
export function revisionOf({ cluster, vpc }: Seen, ...more: Construct[]): string {
  return Lazy.string({
    produce: () => {
      const resources = [cluster, vpc, ...more].flatMap(({ node }) => node.findAll()).filter(CfnElement.isCfnElement);
      const texts = resources.map((resource) => JSON.stringify(resource.stack.resolve(resource._toCloudFormation())));
      return createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16);
    },
  });
}
