import { describe, expect, it } from 'vitest';
import { type ServerlessCacheSettings, serverlessCacheSchema } from '../../../lib/topology/elasticache-serverless.ts';
import { SERVERLESS_RULES } from '../../../lib/topology/rules/elasticache-serverless.ts';
import { brokenRules } from '../../../lib/topology/rules/rule.ts';
import { describeRules, type RuleExample } from './rule-examples.ts';

const BASE: ServerlessCacheSettings = serverlessCacheSchema.parse({ name: 'shop' });

const EXAMPLES: Readonly<Record<string, RuleExample<ServerlessCacheSettings>>> = {
  EC_SERVERLESS_NAME_FORM: { keeps: { name: 'a'.repeat(40) }, breaks: { name: 'shop--eu' }, says: /"shop--eu"/ },
  EC_SERVERLESS_ENGINE_VERSION: {
    keeps: { engine: 'redis', majorEngineVersion: '7' },
    breaks: { engine: 'redis', majorEngineVersion: '8' },
    says: /"8" with redis: .*"7" of redis/,
  },
  EC_SERVERLESS_STORAGE_RANGE: {
    keeps: { storageGigabytes: { min: 1, max: 5_000 } },
    breaks: { storageGigabytes: { max: 5_001 } },
    says: /to 5001: .*1 to 5000 GB/,
  },
  EC_SERVERLESS_ECPU_RANGE: {
    keeps: { ecpuPerSecond: { min: 1_000, max: 15_000_000 } },
    breaks: { ecpuPerSecond: { min: 5_000, max: 2_000 } },
    says: /from 5000 to 2000: .*1000 to 15000000 units/,
  },
  EC_SERVERLESS_SNAPSHOT_RETENTION_RANGE: {
    keeps: { snapshotRetentionDays: 35 },
    breaks: { snapshotRetentionDays: 36 },
    says: /is 36: .*1 to 35 days/,
  },
  EC_SERVERLESS_DESCRIPTION_FORM: {
    keeps: { description: 'x'.repeat(255) },
    breaks: { description: 'baskets <eu>' },
    says: /has 12 characters, "<" or ">" among them: .*255/,
  },
  EC_SERVERLESS_USER_NAME_FORM: {
    keeps: { authentication: { kind: 'rbac', userName: 'Check_Out', credential: 'password' } },
    breaks: { authentication: { kind: 'rbac', userName: 'Check_Out', credential: 'iam' } },
    says: /"Check_Out": .*small letters, digits and single hyphens/,
  },
};

describe('a rule of serverless caches', () => {
  describeRules(SERVERLESS_RULES, BASE, EXAMPLES);
});

describe('each way to break a rule that has several', () => {
  it.each<[string, Partial<ServerlessCacheSettings>]>([
    ['EC_SERVERLESS_NAME_FORM', { name: 'a'.repeat(41) }],
    ['EC_SERVERLESS_NAME_FORM', { name: '9lives' }],
    ['EC_SERVERLESS_ENGINE_VERSION', { majorEngineVersion: '8.0' }],
    ['EC_SERVERLESS_ENGINE_VERSION', { majorEngineVersion: '6' }],
    ['EC_SERVERLESS_STORAGE_RANGE', { storageGigabytes: { min: 0 } }],
    ['EC_SERVERLESS_STORAGE_RANGE', { storageGigabytes: { min: 10, max: 5 } }],
    ['EC_SERVERLESS_ECPU_RANGE', { ecpuPerSecond: { min: 999 } }],
    ['EC_SERVERLESS_ECPU_RANGE', { ecpuPerSecond: { max: 15_000_001 } }],
    ['EC_SERVERLESS_SNAPSHOT_RETENTION_RANGE', { snapshotRetentionDays: 0 }],
    ['EC_SERVERLESS_DESCRIPTION_FORM', { description: 'x'.repeat(256) }],
    ['EC_SERVERLESS_USER_NAME_FORM', { authentication: { kind: 'rbac', userName: 'default', credential: 'password' } }],
    [
      'EC_SERVERLESS_USER_NAME_FORM',
      { authentication: { kind: 'rbac', userName: 'two words', credential: 'password' } },
    ],
  ])('%s: %j', (code, change) => {
    expect(brokenRules(SERVERLESS_RULES, { ...BASE, ...change }).map((problem) => problem.code)).toEqual([code]);
  });
});
