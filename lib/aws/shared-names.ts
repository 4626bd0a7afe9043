/**
 * A name belongs to one replication group, and to one serverless cache, of an account and region. Two of one app are told when it is
 * synthesised; the service would say it in the middle of a deployment ("ReplicationGroupAlreadyExists").
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
 */
import { CfnReplicationGroup, CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import type { IConstruct } from 'constructs';
import { placeOf } from './places.ts';

type Named = CfnReplicationGroup | CfnServerlessCache;

/** Caches made here. The first of those that share a name speaks for all of them, so that each name is told once. */
const guarded = new WeakSet<Named>();

/** Fails the synthesis when another cache of the kind has the same name in the same account and region. */
export function refuseSharedName<Cache extends Named>(cache: Cache): Cache {
  guarded.add(cache);
  cache.node.addValidation({ validate: () => sharedNameOf(cache) });
  return cache;
}

function sharedNameOf(cache: Named): string[] {
  const place = placeOf(cache, nameOf(cache));
  if (place === undefined) return [];
  const isSameKind = (construct: IConstruct): construct is Named =>
    cache instanceof CfnReplicationGroup
      ? construct instanceof CfnReplicationGroup
      : construct instanceof CfnServerlessCache;
  const same = cache.node.root.node
    .findAll()
    .filter(
      (construct): construct is Named => isSameKind(construct) && placeOf(construct, nameOf(construct)) === place,
    );
  if (same.length === 1 || same.find((other) => guarded.has(other)) !== cache) return [];
  const paths = same.map(({ node }) => `\`${node.path}\``).join(' and ');
  return [
    `AWS_NAME_SHARED: ${paths} are caches with the name "${nameOf(cache)}" in one account and region, where a name belongs to one. Give each its own \`name\`.`,
  ];
}

function nameOf(cache: Named): string | undefined {
  return cache instanceof CfnReplicationGroup ? cache.replicationGroupId : cache.serverlessCacheName;
}
