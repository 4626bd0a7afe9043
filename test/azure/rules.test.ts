import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ManagedRedisArgs } from '../../lib/azure/arguments.ts';
import { problemsOf } from '../../lib/azure/intent.ts';
import { knownSettings, MANAGED_REDIS_RULES } from '../../lib/azure/rules.ts';
import { AZURE_MANAGED_REDIS_RULES } from '../../lib/topology/rules/azure-managed-redis.ts';
import { describeRules } from '../topology/rules/rule-examples.ts';
import { NETWORK_ID, OBJECT_ID, PRIVATE_OSS, SUBNET_ID, withTopology } from './arguments.ts';
import { deployed, unknownYet } from './mocks.ts';

const user = (name: string, objectId: string | undefined = undefined) => ({ name, objectId });
const strings = (text: string) => ({ user: 'reader', text });
const IDENTITY = '/subscriptions/s/providers/Microsoft.ManagedIdentity/userAssignedIdentities/redis';

describe('a rule of the component', () => {
  describeRules(MANAGED_REDIS_RULES, knownSettings(PRIVATE_OSS), {
    AMR_NOBODY_MAY_CONNECT: {
      keeps: { users: [], accessKeys: true },
      breaks: { users: [], accessKeys: false },
      says: /nobody could authenticate/,
    },
    AMR_ASSIGNMENT_NAME_FORM: {
      keeps: { users: [user('Shop7')] },
      breaks: { users: [user(OBJECT_ID)] },
      says: /does not fully match regular expression pattern '\^\[A-Za-z0-9\]\{1,60\}\$'/,
    },
    AMR_USER_TWICE: {
      keeps: { users: [user('a', OBJECT_ID), user('b')] },
      breaks: { users: [user('a', OBJECT_ID), user('b', OBJECT_ID.toUpperCase())] },
      says: /more than once/,
    },
    AMR_USER_OBJECT_ID_FORM: {
      keeps: { users: [user('a', OBJECT_ID)] },
      breaks: { users: [user('a', 'me@example.net')] },
      says: /GUID/,
    },
    AMR_ENDPOINT_SUBNET_FORM: {
      keeps: { privateEndpointSubnetId: SUBNET_ID },
      breaks: { privateEndpointSubnetId: 'data' },
      says: /"data": it is the resource id of a subnet/,
    },
    AMR_ZONE_LINK_NETWORK_FORM: {
      keeps: { linkedNetworkIds: [NETWORK_ID] },
      breaks: { linkedNetworkIds: [NETWORK_ID, 'hub', SUBNET_ID] },
      says: /has "hub" or "\/subscriptions.*: it holds resource ids of virtual networks/,
    },
    AMR_UNREACHABLE: {
      keeps: { privateEndpoint: false, publicNetworkAccess: true },
      breaks: { privateEndpoint: false, publicNetworkAccess: false },
      says: /nothing could ever connect/,
    },
    AMR_ZONE_LINKS_NOTHING: {
      keeps: { linkedNetworkCount: undefined },
      breaks: { linkedNetworkCount: 0 },
      says: /nobody would resolve/,
    },
    AMR_ZONE_LINKS_TWICE: {
      keeps: { linkedNetworkIds: ['/networks/a', '/networks/b'] },
      breaks: { linkedNetworkIds: ['/networks/a', '/Networks/A'] },
      says: /"\/networks\/a" more than once/,
    },
    AMR_ZONE_LINK_NAME_FORM: {
      keeps: { linkNames: ['hub-1'] },
      breaks: { linkNames: ['hub-1', 'the hub', ''] },
      says: /"the hub" or "": .*1 to 30/,
    },
    AMR_SECURITY_RULE_PRIORITY: {
      keeps: { securityRulePriority: 4096 },
      breaks: { securityRulePriority: 99 },
      says: /is 99: .*100 to 4096/,
    },
    AMR_KEY_URL_VERSION: {
      keeps: { keyUrl: 'https://v.vault.azure.net/keys/redis/0123' },
      breaks: { keyUrl: 'https://v.vault.azure.net/keys/redis' },
      says: /with its version/,
    },
    AMR_KEY_IDENTITY_USER_ASSIGNED: {
      keeps: { keyIdentityId: IDENTITY },
      breaks: { keyIdentityId: 'SystemAssigned' },
      says: /"SystemAssigned": only a user-assigned/,
    },
    AMR_SECRET_NAME_FORM: {
      keeps: { secretName: 'sessions-key' },
      breaks: { secretName: 'sessions_key' },
      says: /"sessions_key": .*letters, digits and hyphens/,
    },
    AMR_LINKS_NEED_A_GROUP: {
      keeps: { linkedDatabaseCount: 1, geoMemberCount: 2 },
      breaks: { linkedDatabaseCount: 2, geoMemberCount: 2 },
      says: /has 2, but the group is to have 2 members/,
    },
    AMR_WINDOWS_NEED_A_NEWER_API: {
      keeps: { maintenanceWindowCount: 2, apiVersion: '2026-09-01' },
      breaks: { maintenanceWindowCount: 2, apiVersion: '2026-02-01-preview' },
      says: /has 2 windows, which API version 2026-02-01-preview does not know.*2026-09-01/,
    },
    AMR_KEYSPACE_EVENTS_NEED_A_NEWER_API: {
      keeps: { keyspaceEvents: 'KEA', apiVersion: '2026-02-01-preview' },
      breaks: { keyspaceEvents: 'KEA' },
      says: /"KEA", which API version 2025-07-01 does not know.*2026-02-01-preview.*2026-09-01/,
    },
    AMR_ACCESS_STRINGS_NEED_A_NEWER_API: {
      keeps: { accessStrings: [strings('+@read ~*')], apiVersion: '2026-09-01' },
      breaks: { accessStrings: [strings('+@read ~*')], apiVersion: '2026-02-01-preview' },
      says: /access string for "?reader"?, which API version 2026-02-01-preview does not know: its users may do everything/,
    },
    AMR_ACCESS_STRING_FORM: {
      keeps: { accessStrings: [strings('-@all +get|x %RW~cache:* &news allkeys')], apiVersion: '2026-09-01' },
      breaks: { accessStrings: [strings('on >hunter2 ~*'), strings('')], apiVersion: '2026-09-01' },
      says: /^(?!.*hunter2).*\(reader: words 1, 2; reader: word 1; not repeated.*neither passwords nor on and off/,
    },
    AMR_ACCESS_STRING_LOCKS_OUT: {
      keeps: { accessStrings: [strings('+@read ~*')], clientMode: 'single', apiVersion: '2026-09-01' },
      breaks: { accessStrings: [strings('+@read ~*')], clientMode: 'cluster', apiVersion: '2026-09-01' },
      says: /`users\.reader\.accessString` does not allow CLUSTER SLOTS/,
    },
    AMR_ACCESS_STRING_CATEGORY: {
      keeps: { accessStrings: [strings('+@all -@dangerous +@json +json.get ~*')], apiVersion: '2026-09-01' },
      breaks: { accessStrings: [strings('+@all -@dangrous ~*')], apiVersion: '2026-09-01' },
      says: /"@dangrous" \(did you mean @dangerous\?\)/,
    },
    AMR_API_VERSION_UNKNOWN: {
      keeps: { apiVersion: '2026-06-01-preview' },
      breaks: { apiVersion: '2026-9-1' },
      says: /"2026-9-1": allowed is "2025-07-01".*"2026-09-01"/,
    },
    AMR_ZONES_NEED_THE_DEFAULT_API: {
      keeps: { zoneCount: 3 },
      breaks: { zoneCount: 3, apiVersion: '2026-09-01' },
      says: /names 3 zones, which Pulumi's generic resource cannot say/,
    },
    AMR_ALERTS_TELL_NOBODY: {
      keeps: { alertReceiverCount: undefined },
      breaks: { alertReceiverCount: 0 },
      says: /tell nobody/,
    },
    AMR_ALERT_EMAIL_FORM: {
      keeps: { emails: ['team@example.com'] },
      breaks: { emails: ['team'] },
      says: /"team"/,
    },
  });

  it('says that links without a group need one', () => {
    const codes = problemsOf({ ...PRIVATE_OSS, linkedDatabases: ['/first'] }).map(({ message }) => message);
    expect(codes).toEqual([expect.stringContaining('the topology has no geo-replication')]);
  });
});

describe('the problems of a ManagedRedis', () => {
  const broken: ManagedRedisArgs = {
    ...withTopology({ clusteringPolicy: 'NoCluster', sku: 'Balanced_B50', port: 6379 }),
    users: [],
    alerts: {},
  };

  it('are told all at once, those of the topology and those of the rest', () => {
    expect(problemsOf(broken).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'AMR_NO_CLUSTER_HAS_ONE_SHARD topology.shardCount',
      'AMR_NO_CLUSTER_TOO_LARGE topology.sku',
      'AMR_PORT topology.port',
      'AMR_NOBODY_MAY_CONNECT users',
      'AMR_ALERTS_TELL_NOBODY alertReceiverCount',
    ]);
  });

  it('are told before any resource is registered', async () => {
    await expect(deployed(broken, { expected: [] })).rejects.toThrow(
      /^AMR_NO_CLUSTER_HAS_ONE_SHARD[\s\S]*AMR_ALERTS_TELL_NOBODY/,
    );
  });

  it('have those of the shape among them', () => {
    const args = withTopology({ shardCount: 'three' as unknown as number });
    expect(problemsOf(args)).toMatchObject([{ path: 'topology.shardCount' }]);
  });

  it('are a list and never a crash, whatever stands in the topology', () => {
    const fields = fc.record({ geoReplication: fc.anything(), maintenanceWindows: fc.anything(), sku: fc.anything() });
    fc.assert(
      fc.property(fields, (changes) => {
        expect(problemsOf(withTopology(changes as Parameters<typeof withTopology>[0]))).toBeInstanceOf(Array);
      }),
    );
  });

  it('tell a topology of another platform', () => {
    const topology = { platform: 'elasticache', name: 'shop', shardCount: 1, replicasPerShard: 1 };
    const args = { ...PRIVATE_OSS, topology: topology as unknown as ManagedRedisArgs['topology'] };
    expect(problemsOf(args).map(({ code }) => code)).toContain('INPUT_NOT_ALLOWED');
  });

  it('are not looked for in what is not known yet', () => {
    const users = [{ name: 'shop', objectId: unknownYet() }];
    const encryptionKey = { keyUrl: unknownYet(), identityId: unknownYet() };
    expect(problemsOf({ ...PRIVATE_OSS, users, encryptionKey })).toEqual([]);
  });
});

describe('what the service refuses (and where it is refused here)', () => {
  /** By what it is about; a sentence where no topology and no argument can say it. */
  const REFUSALS: Readonly<Record<string, readonly string[] | string>> = {
    'policy change of a live database': 'a resource hook: policy-change.test.ts',
    'a second database, another name': 'the component names the one database "default"',
    'another port': ['AMR_PORT'],
    'NoCluster beyond its size or on Flash': ['AMR_NO_CLUSTER_TOO_LARGE', 'AMR_NO_CLUSTER_NOT_ON_FLASH'],
    'RediSearch elsewhere than in Enterprise without eviction': [
      'AMR_REDISEARCH_NEEDS_ENTERPRISE_POLICY',
      'AMR_REDISEARCH_NEEDS_NO_EVICTION',
      'AMR_MODULE_NOT_ON_FLASH',
    ],
    'geo-replication without its conditions': [
      'AMR_GEO_NEEDS_HIGH_AVAILABILITY',
      'AMR_GEO_SKU_TOO_SMALL',
      'AMR_GEO_MEMBER_COUNT',
      'AMR_GEO_MODULES',
      'AMR_GEO_NOT_ON_FLASH',
      'AMR_LINKS_NEED_A_GROUP',
    ],
    'AOF with RDB; persistence with geo-replication': ['AMR_GEO_EXCLUDES_PERSISTENCE'],
    'switching high availability off; scaling between Flash and the rest': 'a change, which `redoubt plan` judges',
    'a capacity': ['AMR_SKU_LEGACY'],
    'odd names of the cluster': ['AMR_NAME_FORM'],
    'odd names of assignments': ['AMR_ASSIGNMENT_NAME_FORM'],
    'other access policies': [
      'AMR_ACCESS_STRINGS_NEED_A_NEWER_API',
      'AMR_ACCESS_STRING_FORM',
      'AMR_ACCESS_STRING_LOCKS_OUT',
      'AMR_ACCESS_STRING_CATEGORY',
    ],
    'Entra without TLS': ['AMR_PLAINTEXT_EXCLUDES_ENTRA', 'AMR_PLAINTEXT_REFUSED'],
    'access keys by default': ['AMR_NOBODY_MAY_CONNECT'],
    'a customer key without version or user-assigned identity': [
      'AMR_KEY_URL_VERSION',
      'AMR_KEY_IDENTITY_USER_ASSIGNED',
    ],
    'no way in': ['AMR_UNREACHABLE'],
    'TLS 1.0 and 1.1': ['AMR_TLS_VERSION'],
    'too short maintenance windows': [
      'AMR_WINDOWS_TOO_FEW',
      'AMR_WINDOW_DURATION',
      'AMR_WINDOW_START_HOUR',
      'AMR_WINDOWS_TOTAL_TOO_SHORT',
      'AMR_WINDOWS_NEED_A_NEWER_API',
    ],
    'zones that are no texts': ['AMR_ZONE_UNKNOWN'],
  };

  it('is in a rule table wherever it can be judged before anything exists', () => {
    const codes = [...AZURE_MANAGED_REDIS_RULES, ...MANAGED_REDIS_RULES].map(({ code }) => code);
    const named = Object.values(REFUSALS).flatMap((where) => (typeof where === 'string' ? [] : where));
    expect(named.filter((code) => !codes.includes(code))).toEqual([]);
  });
});
