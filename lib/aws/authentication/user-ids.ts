/**
 * User ids are shared by a whole account and region, and the id of a user with IAM is its name ("User Id and User name must be same
 * for authentication type: iam"), so two deployments may want one id. What one app can see of that is said when it is
 * synthesised; the service would say it in the middle of a deployment ("UserAlreadyExists").
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html
 */

import { CfnUser } from 'aws-cdk-lib/aws-elasticache';
import { Annotations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { DEFAULT_USER_NAME } from '../../topology/elasticache.ts';
import { placeOf } from '../places.ts';

/** Users made here. The first of those that share an id speaks for all of them, so that each id is told once. */
const guarded = new WeakSet<CfnUser>();

/** Fails the synthesis when another user of the app has the same id in the same account and region. */
export function refuseSharedId(user: CfnUser): void {
  guarded.add(user);
  user.node.addValidation({ validate: () => sharedIdOf(user) });
}

function sharedIdOf(user: CfnUser): string[] {
  const place = placeOf(user, user.userId);
  if (place === undefined) return [];
  const same = user.node.root.node
    .findAll()
    .filter(
      (construct): construct is CfnUser =>
        construct instanceof CfnUser && placeOf(construct, construct.userId) === place,
    );
  const isSpeaker = same.find((other) => guarded.has(other)) === user;
  if (same.length === 1 || !isSpeaker) return [];
  const paths = same.map(({ node }) => `\`${node.path}\``).join(' and ');
  return [
    `AWS_USER_ID_SHARED: ${paths} are ElastiCache users with the id "${user.userId}" in one account and region, where an id belongs to one user ("UserAlreadyExists"). With IAM the id is the name: give each topology its own \`authentication.userName\`. With a password it is made from the topology's \`name\`: give each its own.`,
  ];
}

/** A name that was not chosen will be that of the next deployment, too. It is left as it is, because another name replaces the user. */
export function adviseOwnName(scope: Construct, userName: string): void {
  if (userName !== DEFAULT_USER_NAME) return;
  Annotations.of(scope).addWarningV2(
    'redoubt:iam-default-user',
    `\`authentication.userName\` is "${userName}", the default, with IAM, where it is also the user's id: one cache in an account and region can have it. Name the user after the application.`,
  );
}
