/** What the service accepts and somebody may still not have meant: warnings, which `cdk synth --strict` turns into errors. */
import { Annotations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { UNKNOWN_ADVISORIES } from './unknown-advisories.ts';

export interface Advisory {
  /** Stable, for `Annotations.of(cluster).acknowledgeWarning(id)`. */
  readonly id: string;
  readonly message: string;
}

export interface AdvisoryRow {
  readonly id: string;
  readonly when: (topology: ElastiCacheTopology) => boolean;
  readonly message: string | ((topology: ElastiCacheTopology) => string);
}

const ADVISORIES: readonly AdvisoryRow[] = [
  {
    id: 'redoubt:no-replicas',
    when: ({ replicasPerShard }) => replicasPerShard === 0,
    message: '`replicasPerShard` is 0: the loss of a node loses its shard of the data, and maintenance interrupts it.',
  },
  {
    id: 'redoubt:one-zone',
    when: ({ multiAz, replicasPerShard }) => !multiAz && replicasPerShard > 0,
    message: '`multiAz` is false: the loss of one zone can take a primary and all its replicas.',
  },
  {
    id: 'redoubt:no-failover',
    when: ({ automaticFailover, replicasPerShard }) => !automaticFailover && replicasPerShard > 0,
    message: '`automaticFailover` is false: a primary that fails stays away until somebody promotes a replica.',
  },
  {
    id: 'redoubt:tls-preferred',
    when: ({ transitEncryption }) => transitEncryption === 'preferred',
    message:
      '`transitEncryption` is "preferred": connections without TLS and without a credential are accepted. Move the clients to TLS, then deploy again with "required" and an authentication.',
  },
  {
    id: 'redoubt:auth-token',
    when: ({ authentication }) => authentication.kind === 'auth-token',
    message:
      '`authentication.kind` is "auth-token": everybody shares one token with every right. Prefer "rbac"; CloudFormation replaces the group when that is changed later (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2356).',
  },
  {
    id: 'redoubt:no-snapshots',
    when: ({ snapshotRetentionDays }) => snapshotRetentionDays === 0,
    message: '`snapshotRetentionDays` is 0: nothing can be restored (Security Hub ElastiCache.1).',
  },
  {
    id: 'redoubt:burstable-nodes',
    when: ({ nodeType }) => /^cache\.t\d/.test(nodeType),
    message: '`nodeType` is burstable: without credits the engine gets a fraction of its CPU, also during a failover.',
  },
  {
    id: 'redoubt:scaled-counts',
    when: ({ scaling }) => scaling?.shards !== undefined || scaling?.replicas !== undefined,
    message:
      '`scaling` changes the counts by itself: leave `shardCount` and `replicasPerShard` as they were at creation, or a deployment undoes it (a changed `replicasPerShard` even replaces the group). Where they have to follow, `templateCounts` keeps what the template says.',
  },
];

export function advisoriesFor(topology: ElastiCacheTopology): Advisory[] {
  return [...ADVISORIES, ...UNKNOWN_ADVISORIES]
    .filter(({ when }) => when(topology))
    .map(({ id, message }) => ({ id, message: typeof message === 'string' ? message : message(topology) }));
}

/** Warns on the construct. */
export function advise(scope: Construct, advisories: readonly Advisory[]): void {
  for (const { id, message } of advisories) Annotations.of(scope).addWarningV2(id, message);
}
