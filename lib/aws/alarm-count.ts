/** Alarms of very many nodes do not fit into one stack, of which the CDK would tell only the number of resources. */
import type { Problem } from '../base/problem.ts';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { ELASTICACHE_LIMITS } from '../topology/limits.ts';
import type { AlarmRow } from './alarm-rows.ts';
import { METRICS_PER_ALARM, nodesInGroups, RESOURCES_PER_STACK } from './nodes.ts';

const ADVICE = {
  alarms: 'Say `alarms: false`, and make `ElastiCacheAlarms` in stacks of their own, each with some of them (`only`)',
  only: 'Share them out to several stacks with `only`',
};

export function alarmCountProblems(
  topology: ElastiCacheTopology,
  rows: readonly AlarmRow[],
  { atMost, option }: { readonly atMost: number; readonly option: keyof typeof ADVICE },
): Problem[] {
  if (!isPossible(topology)) return [];
  const groups = nodesInGroups(topology, METRICS_PER_ALARM);
  const alarms = rows.length * groups.length;
  if (alarms <= atMost) return [];
  const message = `${groups.flat().length} nodes have ${alarms} alarms here, and a stack has up to ${RESOURCES_PER_STACK} resources. ${ADVICE[option]}: ${rows.map(({ id }) => id).join(', ')}.`;
  return [{ code: 'AWS_ALARMS_OVER_STACK', message, path: option }];
}

/** Counts that the rules of the service refuse anyway are not multiplied. */
function isPossible({ shardCount, replicasPerShard, scaling }: ElastiCacheTopology): boolean {
  const shards = Math.max(shardCount, scaling?.shards?.max ?? 0);
  const replicas = Math.max(replicasPerShard, scaling?.replicas?.max ?? 0);
  const { shardCount: shardLimits, replicasPerShard: replicaLimits } = ELASTICACHE_LIMITS;
  return (
    shardCount >= shardLimits.min && shards <= shardLimits.max && replicasPerShard >= 0 && replicas <= replicaLimits.max
  );
}
