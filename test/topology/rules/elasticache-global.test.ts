import { describe, expect, it } from 'vitest';
import type { ElastiCacheTopology } from '../../../lib/topology/elasticache.ts';
import { GLOBAL_MEMBER_RULES, GLOBAL_SECONDARY_RULES } from '../../../lib/topology/rules/elasticache-global.ts';
import { brokenRules } from '../../../lib/topology/rules/rule.ts';
import { ELASTICACHE_BASE } from './elasticache-examples.ts';
import { describeRules, type RuleExample } from './rule-examples.ts';

const EXAMPLES: Readonly<Record<string, RuleExample<ElastiCacheTopology>>> = {
  EC_GLOBAL_EXCLUDES_DURABILITY: {
    keeps: { durability: 'disabled' },
    breaks: { durability: 'sync' },
    says: /"sync": a durable group cannot/,
  },
  EC_GLOBAL_EXCLUDES_SCALING: {
    keeps: { scaling: {} },
    breaks: { scaling: { replicas: { min: 1, max: 2, targetPercent: 60 } } },
    says: /automatic scaling does not work on members/,
  },
  EC_GLOBAL_NEEDS_LARGE_NODES: {
    keeps: { nodeType: 'cache.m5.large' },
    breaks: { nodeType: 'cache.t4g.medium' },
    says: /"cache\.t4g\.medium": .*size large or above/,
  },
  EC_GLOBAL_SECONDARY_EXCLUDES_LAYOUT: {
    keeps: { shardCount: 2 },
    breaks: { nodeGroups: [{}, {}, {}] },
    says: /shards and their slots are those of the primary/,
  },
  EC_GLOBAL_SECONDARY_EXCLUDES_PARAMETERS: {
    keeps: { parameters: {} },
    breaks: { parameters: { timeout: '300' } },
    says: /Set them on the primary/,
  },
};

describe('a rule of Global Datastores', () => {
  describeRules(GLOBAL_SECONDARY_RULES, ELASTICACHE_BASE, EXAMPLES);

  it.each<Partial<ElastiCacheTopology>>([
    { durability: 'async' },
    { scaling: { shards: { min: 1, max: 4, targetPercent: 60, metric: 'memory' } } },
    { nodeType: 'cache.r4.xlarge' },
  ])('is broken by %j too', (change) => {
    expect(brokenRules(GLOBAL_MEMBER_RULES, { ...ELASTICACHE_BASE, ...change })).toHaveLength(1);
  });

  it('of a secondary does not bind a primary, which has a layout and parameters of its own', () => {
    const primary = { ...ELASTICACHE_BASE, nodeGroups: [{}, {}, {}], parameters: { timeout: '300' } };
    expect(brokenRules(GLOBAL_MEMBER_RULES, primary)).toEqual([]);
    expect(brokenRules(GLOBAL_SECONDARY_RULES, primary)).toHaveLength(2);
  });
});
