/**
 * What ElastiCache accepts of a replication group, one file for each subject. A new rule is a new row, and
 * test/topology/rules/elasticache.test.ts refuses a row without an example that keeps it and one that breaks it.
 */
import type { ElastiCacheTopology } from '../elasticache.ts';
import { AVAILABILITY_RULES } from './elasticache/availability.ts';
import { CLUSTER_MODE_RULES } from './elasticache/cluster-mode.ts';
import { ENGINE_RULES } from './elasticache/engine.ts';
import { LAYOUT_RULES } from './elasticache/layout.ts';
import { NETWORK_RULES } from './elasticache/network.ts';
import { PARAMETER_RULES } from './elasticache/parameters.ts';
import { SECURITY_RULES } from './elasticache/security.ts';
import { SIZE_RULES } from './elasticache/size.ts';
import { UPKEEP_RULES } from './elasticache/upkeep.ts';
import type { Rule } from './rule.ts';

export const ELASTICACHE_RULES: readonly Rule<ElastiCacheTopology>[] = [
  ...SIZE_RULES,
  ...CLUSTER_MODE_RULES,
  ...LAYOUT_RULES,
  ...AVAILABILITY_RULES,
  ...ENGINE_RULES,
  ...PARAMETER_RULES,
  ...NETWORK_RULES,
  ...SECURITY_RULES,
  ...UPKEEP_RULES,
];
