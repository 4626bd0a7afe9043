import { describe, expect, it } from 'vitest';
import { ENTERPRISE_CROSS_SLOT_COMMANDS } from '../../lib/profile/policy.ts';
import { PROFILE_RULES } from '../../lib/profile/rules.ts';
import { brokenRules } from '../../lib/topology/rules/rule.ts';
import { describeRules } from '../topology/rules/rule-examples.ts';
import { ELASTICACHE, profileOf } from './fixture.ts';

const BASE = profileOf(ELASTICACHE);

const OSS = { platform: 'azure-managed-redis', clusteringPolicy: 'OSSCluster' } as const;
const ENTERPRISE = {
  platform: 'azure-managed-redis',
  clusteringPolicy: 'EnterpriseCluster',
  clientMode: 'single',
} as const;
const NO_CLUSTER = { platform: 'azure-managed-redis', clusteringPolicy: 'NoCluster', clientMode: 'single' } as const;

const SINGLE = { clientMode: 'single', expected: { shardCount: 1, replicasPerShard: 1 } } as const;

const IAM = { kind: 'aws-iam', cacheName: 'shop', region: 'eu-west-1', serverless: false, userId: 'checkout' } as const;
const ENTRA = { kind: 'azure-entra', scope: 'https://redis.azure.com/.default' } as const;

const KEY_VAULT = {
  kind: 'azure-key-vault',
  vaultUrl: 'https://shop.vault.azure.net',
  secretName: 'sessions-key',
} as const;

describe('a rule of the profile', () => {
  describeRules(PROFILE_RULES, BASE, {
    PROFILE_ELASTICACHE_NEEDS_CLUSTER_MODE: {
      keeps: SINGLE,
      breaks: { ...SINGLE, expected: { shardCount: 3, replicasPerShard: 1 } },
      says: /"single", but `expected\.shardCount` is 3, .*MOVED.*one address does not mean one server/,
    },
    PROFILE_COUNT_RANGE_REVERSED: {
      keeps: { expected: { shardCount: { min: 3, max: 3 }, replicasPerShard: { min: 1, max: 3 } } },
      breaks: { expected: { shardCount: { min: 8, max: 3 }, replicasPerShard: { min: 3, max: 1 } } },
      says: /`expected\.shardCount` goes from 8 to 3 and `expected\.replicasPerShard` goes from 3 to 1: .*Swap/,
    },
    PROFILE_COUNT_RANGE_NEEDS_CLUSTER_MODE: {
      keeps: { expected: { shardCount: { min: 3, max: 8 }, replicasPerShard: 1 } },
      breaks: { ...OSS, expected: { shardCount: { min: 3, max: 8 }, replicasPerShard: 1 } },
      says: /`expected\.shardCount` is a range \(3 to 8\) for azure-managed-redis .*Expect one number/,
    },
    PROFILE_READER_ENDPOINT_NOT_HERE: {
      keeps: { ...SINGLE, readerEndpoint: { host: 'replica.shop.example', port: 6379 } },
      breaks: { readerEndpoint: { host: 'replica.shop.example', port: 6379 } },
      says: /given for elasticache with clientMode "cluster", but only ElastiCache without cluster mode/,
    },
    PROFILE_OSS_POLICY_NEEDS_CLUSTER_MODE: {
      keeps: { ...OSS, clientMode: 'cluster' },
      breaks: { ...OSS, clientMode: 'single' },
      says: /"single", but clusteringPolicy OSSCluster .*MOVED, on one shard too/,
    },
    PROFILE_POLICY_NEEDS_SINGLE_MODE: {
      keeps: ENTERPRISE,
      breaks: { ...ENTERPRISE, clientMode: 'cluster' },
      says: /"cluster", but clusteringPolicy EnterpriseCluster .*Declare "single"/,
    },
    PROFILE_CLUSTERING_POLICY_MISSING: {
      keeps: OSS,
      breaks: { platform: 'azure-managed-redis' },
      says: /missing: .*"OSSCluster", "EnterpriseCluster" or "NoCluster"/,
    },
    PROFILE_CLUSTERING_POLICY_NOT_FOR_ELASTICACHE: {
      keeps: {},
      breaks: { clusteringPolicy: 'OSSCluster' },
      says: /"OSSCluster", but only azure-managed-redis/,
    },
    PROFILE_PORT_RANGE_REVERSED: {
      keeps: { extraPortRange: { from: 8500, to: 8500 } },
      breaks: { extraPortRange: { from: 8599, to: 8500 } },
      says: /from 8599 to 8500/,
    },
    PROFILE_REPLICA_READS_NOT_ON_AZURE: {
      keeps: { ...OSS, replicaReads: 'never' },
      breaks: { ...OSS, replicaReads: 'random' },
      says: /"random", but Azure Managed Redis has no READONLY/,
    },
    PROFILE_REPLICA_READS_NEED_CLUSTER_MODE: {
      keeps: { clientMode: 'cluster', replicaReads: 'by-latency' },
      breaks: { ...NO_CLUSTER, replicaReads: 'by-latency' },
      says: /"by-latency", but a client in single mode/,
    },
    PROFILE_REPLICA_READS_WITHOUT_REPLICAS: {
      keeps: { replicaReads: 'never', expected: { shardCount: 3, replicasPerShard: 0 } },
      breaks: { replicaReads: 'random', expected: { shardCount: 3, replicasPerShard: 0 } },
      says: /"random", but `expected\.replicasPerShard` is 0/,
    },
    PROFILE_CROSS_SLOT_COMMANDS_CONTRADICT_POLICY: {
      keeps: { ...ENTERPRISE, crossSlotCommands: [...ENTERPRISE_CROSS_SLOT_COMMANDS].reverse() },
      breaks: { ...ENTERPRISE, crossSlotCommands: ['del', 'del', 'mset', 'mget', 'exists', 'unlink'] },
      says: /EnterpriseCluster lets del, mset, mget, exists, unlink, touch cross slots/,
    },
    PROFILE_NO_CLUSTER_HAS_ONE_SHARD: {
      keeps: { ...NO_CLUSTER, expected: { shardCount: 1, replicasPerShard: 1 } },
      breaks: { ...NO_CLUSTER, expected: { shardCount: 2, replicasPerShard: 1 } },
      says: /is 2, but clusteringPolicy NoCluster/,
    },
    PROFILE_GLOBAL_ROLE_NEEDS_ELASTICACHE: {
      keeps: { expected: { shardCount: 3, replicasPerShard: 1, globalRole: 'secondary' } },
      breaks: { ...OSS, expected: { shardCount: 3, replicasPerShard: 1, globalRole: 'secondary' } },
      says: /is "secondary", but `platform` is "azure-managed-redis"/,
    },
    PROFILE_IAM_NEEDS_ELASTICACHE: {
      keeps: { authentication: { userName: 'checkout', secret: IAM } },
      breaks: { ...OSS, authentication: { userName: 'checkout', secret: IAM } },
      says: /"azure-managed-redis": only ElastiCache takes one/,
    },
    PROFILE_IAM_USER_NAMES_DIFFER: {
      keeps: { authentication: { userName: 'checkout', secret: IAM } },
      breaks: { authentication: { userName: 'application', secret: IAM } },
      says: /is "application", but the token of AWS IAM is for the user "checkout"/,
    },
    PROFILE_ENTRA_NEEDS_AZURE: {
      keeps: { ...OSS, authentication: { userName: 'object-id', secret: ENTRA } },
      breaks: { authentication: { userName: 'object-id', secret: ENTRA } },
      says: /"elasticache": only Azure Managed Redis takes one/,
    },
    PROFILE_KEY_VAULT_NEEDS_AZURE: {
      keeps: { ...OSS, authentication: { secret: KEY_VAULT } },
      breaks: { authentication: { secret: KEY_VAULT } },
      says: /"elasticache": only Azure Managed Redis has access keys/,
    },
    PROFILE_ENTRA_NEEDS_OBJECT_ID: {
      keeps: { ...OSS, authentication: { userName: 'object-id', secret: ENTRA } },
      breaks: { ...OSS, authentication: { secret: ENTRA } },
      says: /must be the object id/,
    },
  });

  it('knows a configuration endpoint by its name, with one shard too', () => {
    const endpoint = { host: 'clustercfg.shop.abc123.euw1.cache.amazonaws.com', port: 6379 };
    expect(brokenRules(PROFILE_RULES, { ...BASE, ...SINGLE, endpoint, crossSlotCommands: 'all' })).toMatchObject([
      { code: 'PROFILE_ELASTICACHE_NEEDS_CLUSTER_MODE', message: expect.stringContaining('configuration endpoint') },
    ]);
  });

  it('lets every command cross slots without cluster mode', () => {
    expect(brokenRules(PROFILE_RULES, { ...BASE, ...SINGLE, crossSlotCommands: 'none' })).toMatchObject([
      { code: 'PROFILE_CROSS_SLOT_COMMANDS_CONTRADICT_POLICY', message: expect.stringContaining('"all"') },
    ]);
  });

  it('that names the IAM user says when the name is missing', () => {
    const problems = brokenRules(PROFILE_RULES, { ...BASE, authentication: { secret: IAM } });
    expect(problems).toMatchObject([
      { code: 'PROFILE_IAM_USER_NAMES_DIFFER', message: expect.stringContaining('userName` is missing, but') },
    ]);
  });
});
