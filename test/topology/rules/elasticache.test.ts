import { describe } from 'vitest';
import { ELASTICACHE_RULES } from '../../../lib/topology/rules/elasticache.ts';
import { ELASTICACHE_BASE, ELASTICACHE_EXAMPLES } from './elasticache-examples.ts';
import { describeRules } from './rule-examples.ts';

describe('a rule of ElastiCache', () => {
  describeRules(ELASTICACHE_RULES, ELASTICACHE_BASE, ELASTICACHE_EXAMPLES);
});
