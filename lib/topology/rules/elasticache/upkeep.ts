/** When the service works on it: snapshots, windows, automatic scaling. */
import type { ElastiCacheTopology } from '../../elasticache.ts';
import { describeGiven, listed } from '../../input/describe.ts';
import { ELASTICACHE_LIMITS } from '../../limits.ts';
import { SCALING_FAMILIES, SCALING_SIZES, tryNodeType } from '../../node-type.ts';
import { type Rule, ruleMaker } from '../rule.ts';
import { hoursAreValid, lengthMinutes, tryMaintenanceWindow, trySnapshotWindow, windowsOverlap } from './window.ts';

const rule = ruleMaker<ElastiCacheTopology>();

const AUTO_SCALING = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoScaling.html';
const {
  snapshotRetentionDays: retentionLimits,
  windowMinutes,
  scalingTargetPercent: targetLimits,
  shardCount: shardLimits,
  replicasPerShard: replicaLimits,
  nodesPerCluster,
} = ELASTICACHE_LIMITS;

export const UPKEEP_RULES: readonly Rule<ElastiCacheTopology>[] = [
  rule({
    code: 'EC_SNAPSHOT_RETENTION_RANGE',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html',
    fields: ['snapshotRetentionDays'],
    when: ({ snapshotRetentionDays: days }) => days < retentionLimits.min || days > retentionLimits.max,
    message: ({ snapshotRetentionDays }) =>
      `\`snapshotRetentionDays\` is ${snapshotRetentionDays}: it must be from ${retentionLimits.min} (no snapshots) to ${retentionLimits.max}. Correct it.`,
  }),
  rule({
    code: 'EC_SNAPSHOT_WINDOW_LENGTH',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html',
    fields: ['snapshotWindow'],
    when: ({ snapshotWindow: window }) =>
      window !== undefined && !(hoursAreValid(window) && isLongEnough(trySnapshotWindow(window))),
    message: ({ snapshotWindow }) =>
      `\`snapshotWindow\` is ${describeGiven(snapshotWindow)}: it must be two times of the day (00:00 to 23:59, UTC) at least ${windowMinutes.min} minutes apart, like "02:00-03:00". Correct it.`,
  }),
  rule({
    code: 'EC_SNAPSHOT_WINDOW_WITHOUT_SNAPSHOTS',
    source: 'Redoubt: a window in which nothing happens is a slip of the pen.',
    fields: ['snapshotWindow', 'snapshotRetentionDays'],
    when: ({ snapshotWindow, snapshotRetentionDays }) => snapshotWindow !== undefined && snapshotRetentionDays === 0,
    message: ({ snapshotWindow }) =>
      `\`snapshotWindow\` is ${describeGiven(snapshotWindow)}, but \`snapshotRetentionDays\` is 0: no snapshot is ever made. Keep snapshots for at least 1 day, or leave the window out.`,
  }),
  rule({
    code: 'EC_MAINTENANCE_WINDOW_LENGTH',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/maintenance-window.html',
    fields: ['maintenanceWindow'],
    when: ({ maintenanceWindow: window }) =>
      window !== undefined && !(hoursAreValid(window) && isLongEnough(tryMaintenanceWindow(window))),
    message: ({ maintenanceWindow }) =>
      `\`maintenanceWindow\` is ${describeGiven(maintenanceWindow)}: it must be two times of the week (UTC) at least ${windowMinutes.min} minutes apart, like "sun:04:00-sun:05:00". Correct it.`,
  }),
  rule({
    code: 'EC_WINDOWS_OVERLAP',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html',
    fields: ['snapshotWindow', 'maintenanceWindow'],
    when: ({ snapshotWindow, maintenanceWindow }) =>
      snapshotWindow !== undefined &&
      maintenanceWindow !== undefined &&
      windowsOverlap(trySnapshotWindow(snapshotWindow), tryMaintenanceWindow(maintenanceWindow)),
    message: ({ snapshotWindow, maintenanceWindow }) =>
      `\`snapshotWindow\` ${describeGiven(snapshotWindow)} and \`maintenanceWindow\` ${describeGiven(maintenanceWindow)} overlap: the service refuses that. Move one of them.`,
  }),
  rule({
    code: 'EC_SCALING_NEEDS_NODE_TYPE',
    source: AUTO_SCALING,
    fields: ['scaling', 'nodeType'],
    when: ({ scaling, nodeType }) => isScaling(scaling) && tryNodeType(nodeType) !== undefined && !scales(nodeType),
    message: ({ nodeType }) =>
      `\`scaling\` is asked for with \`nodeType\` ${describeGiven(nodeType)}: automatic scaling works for the families ${listed(SCALING_FAMILIES)} in the sizes ${listed(SCALING_SIZES)}. Choose such a node, or scale by hand.`,
  }),
  rule({
    code: 'EC_SCALING_NEEDS_ENGINE_VERSION',
    source: AUTO_SCALING,
    fields: ['scaling', 'engine', 'engineVersion', 'dataTiering'],
    when: ({ scaling, engine, engineVersion, dataTiering }) =>
      isScaling(scaling) && dataTiering && engine === 'redis' && Number(engineVersion) < 7.1,
    message: ({ engineVersion }) =>
      `\`scaling\` is asked for on data-tiered nodes with redis ${describeGiven(engineVersion)}: there it needs Valkey 7.2 or redis 7.0.7, or later. Choose redis "7.1" or Valkey.`,
  }),
  rule({
    code: 'EC_SCALING_RANGE',
    source: AUTO_SCALING,
    fields: ['scaling', 'shardCount', 'replicasPerShard'],
    when: (topology) => scalingRanges(topology).some(({ isRight }) => !isRight),
    message: (topology) =>
      scalingRanges(topology)
        .filter(({ isRight }) => !isRight)
        .map(
          ({ field, min, max, now, limits }) =>
            `\`scaling.${field}\` goes from ${min} to ${max} with ${now} now: it must lie within ${limits.min} to ${limits.max}, with min not above max and today's count between them.`,
        )
        .concat('Correct the range: the service changes the count at once to fit it.')
        .join(' '),
  }),
  rule({
    code: 'EC_SCALING_TARGET_RANGE',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoScaling-Scaling-Adding-Policy-Shards.html',
    fields: ['scaling'],
    when: ({ scaling }) => wrongTargets(scaling).length > 0,
    message: ({ scaling }) =>
      `\`scaling\` aims for ${wrongTargets(scaling).join(' and ')} percent: the service takes a target of ${targetLimits.min} to ${targetLimits.max} percent. Choose one in that range.`,
  }),
  rule({
    code: 'EC_SCALING_OVER_QUOTA',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html',
    fields: ['scaling', 'shardCount', 'replicasPerShard', 'nodeQuota'],
    when: (topology) =>
      isScaling(topology.scaling) && nodesAtMost(topology) > (topology.nodeQuota ?? nodesPerCluster.default),
    message: (topology) =>
      `\`scaling\` may grow the cluster to ${nodesAtMost(topology)} nodes: the quota is ${topology.nodeQuota ?? nodesPerCluster.default} nodes in one cluster, so the service would stop below the maximum. Lower it, or have the quota raised (up to ${nodesPerCluster.max}) and state it as \`nodeQuota\`.`,
  }),
  rule({
    code: 'EC_SCALING_EXCLUDES_LAYOUT',
    source:
      'Redoubt: a template that names each shard fights the scaler, which adds and removes shards (aws-service-spec: NodeGroupConfiguration).',
    fields: ['scaling', 'nodeGroups'],
    when: ({ scaling, nodeGroups }) => scaling !== undefined && isScaling(scaling) && nodeGroups !== undefined,
    message: () =>
      '`scaling` is asked for while `nodeGroups` names each shard: the next deployment would undo what the scaler did. Leave one of them out.',
  }),
];

type Sized = Pick<ElastiCacheTopology, 'scaling' | 'shardCount' | 'replicasPerShard'>;

export function isScaling(scaling: ElastiCacheTopology['scaling']): boolean {
  return scaling?.shards !== undefined || scaling?.replicas !== undefined;
}

function scales(nodeType: string): boolean {
  const { family, size } = tryNodeType(nodeType) ?? { family: '', size: '' };
  return SCALING_FAMILIES.includes(family) && SCALING_SIZES.includes(size);
}

function scalingRanges({ scaling, shardCount, replicasPerShard }: Sized) {
  const asked = [
    { field: 'shards', range: scaling?.shards, now: shardCount, limits: shardLimits },
    // The service removes no last replica by itself: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoScaling-Using-Replicas.html
    { field: 'replicas', range: scaling?.replicas, now: replicasPerShard, limits: { min: 1, max: replicaLimits.max } },
  ];
  return asked.flatMap(({ field, range, now, limits }) => {
    if (range === undefined) return [];
    const { min, max } = range;
    const isRight = limits.min <= min && min <= now && now <= max && max <= limits.max;
    return [{ field, min, max, now, limits, isRight }];
  });
}

function wrongTargets(scaling: ElastiCacheTopology['scaling']): number[] {
  return [scaling?.shards, scaling?.replicas]
    .flatMap((range) => (range === undefined ? [] : [range.targetPercent]))
    .filter((percent) => percent < targetLimits.min || percent > targetLimits.max);
}

function nodesAtMost({ scaling, shardCount, replicasPerShard }: Sized): number {
  return (scaling?.shards?.max ?? shardCount) * (1 + (scaling?.replicas?.max ?? replicasPerShard));
}

function isLongEnough(window: Parameters<typeof lengthMinutes>[0] | undefined): boolean {
  return window !== undefined && lengthMinutes(window) >= windowMinutes.min;
}
