import { describe } from 'vitest';
import { ELASTICACHE_RULES } from '../../../lib/topology/rules/elasticache.ts';
import { elastiCacheSchema } from '../../../lib/topology/topology.ts';
import { describeRules } from './rule-examples.ts';

const BASE = elastiCacheSchema.parse({ platform: 'elasticache', name: 'sessions', shardCount: 3, replicasPerShard: 1 });

describe('a rule of ElastiCache', () => {
  describeRules(ELASTICACHE_RULES, BASE, {
    EC_NAME_FORM: {
      keeps: { name: 'a'.repeat(40) },
      breaks: { name: 'sessions--eu' },
      says: /"sessions--eu".*single hyphens/,
    },
    EC_SHARD_COUNT_RANGE: { keeps: { shardCount: 500 }, breaks: { shardCount: 0 }, says: /is 0: .* 1 to 500/ },
    EC_REPLICAS_PER_SHARD_RANGE: {
      keeps: { replicasPerShard: 5 },
      breaks: { replicasPerShard: 6 },
      says: /is 6: .* 0 to 5/,
    },
    EC_NODE_QUOTA_RANGE: { keeps: { nodeQuota: 500 }, breaks: { nodeQuota: 501 }, says: /is 501: .* 500/ },
    EC_NODE_COUNT_OVER_QUOTA: {
      keeps: { shardCount: 45, replicasPerShard: 1 },
      breaks: { shardCount: 46, replicasPerShard: 1 },
      says: /46 shards with 1 replicas each are 92 nodes: the quota is 90 .*`nodeQuota`/,
    },
    EC_AUTOMATIC_FAILOVER_REQUIRED: {
      keeps: { automaticFailover: true },
      breaks: { automaticFailover: false },
      says: /"InvalidParameterValue: Redis with cluster mode enabled cannot be created with auto failover turned off\."/,
    },
    EC_MULTI_AZ_NEEDS_AUTOMATIC_FAILOVER: {
      keeps: { multiAz: false, automaticFailover: false },
      breaks: { multiAz: true, automaticFailover: false },
      says: /"automatic_failover_enabled must be true if multi_az_enabled is true"/,
    },
    EC_MULTI_AZ_NEEDS_REPLICAS: {
      keeps: { multiAz: false, replicasPerShard: 0 },
      breaks: { multiAz: true, replicasPerShard: 0 },
      says: /with 0 replicas .* at least 1/,
    },
    EC_ENGINE_VERSION_PATCH_LEVEL: {
      keeps: { engineVersion: '9.0' },
      breaks: { engineVersion: '9.0.0' },
      says: /"9\.0\.0": .* refuses a patch level.*"9\.0" or "9\.1"/,
    },
    EC_ENGINE_VERSION_UNSUPPORTED: {
      keeps: { engine: 'redis', engineVersion: '7.1' },
      breaks: { engine: 'redis', engineVersion: '8.0' },
      says: /"8\.0": .* of redis .*Allowed: "6\.0", "6\.2", "7\.0" or "7\.1"/,
    },
    EC_NODE_TYPE_FORM: {
      keeps: { nodeType: 'cache.t4g.micro' },
      breaks: { nodeType: 'r7g.large' },
      says: /"r7g\.large": .*"cache\.r7g\.large"/,
    },
    EC_R6GD_NEEDS_DATA_TIERING: {
      keeps: { nodeType: 'cache.r6g.12xlarge' },
      breaks: { nodeType: 'cache.r6gd.xlarge' },
      says: /"cache\.r6gd\.xlarge": .*data tiering/,
    },
    EC_PORT_RANGE: { keeps: { port: 65_535 }, breaks: { port: 65_536 }, says: /is 65536: .*1 to 65535/ },
    EC_AUTHENTICATION_REQUIRED: {
      keeps: { authentication: { kind: 'auth-token' } },
      breaks: { authentication: { kind: 'none' } },
      says: /"none": choose "rbac" .* or "auth-token"/,
    },
    EC_PREFERRED_TLS_EXCLUDES_AUTHENTICATION: {
      keeps: { transitEncryption: 'preferred', authentication: { kind: 'none' } },
      breaks: { transitEncryption: 'preferred', authentication: { kind: 'auth-token' } },
      says: /"auth-token".*"InvalidParameterCombination: Transit encryption preferred is not supported with redis access control\."/,
    },
    EC_USER_NAME_FORM: {
      keeps: { authentication: { kind: 'rbac', userName: 'a'.repeat(120) } },
      breaks: { authentication: { kind: 'rbac', userName: 'two words' } },
      says: /1 to 120 characters and no spaces/,
    },
    EC_USER_NAME_IS_DEFAULT: {
      keeps: { authentication: { kind: 'rbac', userName: 'default-reader' } },
      breaks: { authentication: { kind: 'rbac', userName: 'default' } },
      says: /"default": that user is switched off/,
    },
  });
});
