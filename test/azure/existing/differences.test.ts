import { describe, expect, it } from 'vitest';
import {
  CLIENTS_DEPEND_ON,
  COMPARED_FIELDS,
  differences,
  type ExpectedRedis,
  type FoundRedis,
  type OwnedSettings,
} from '../../../lib/azure/existing/differences.ts';
import { azureManagedRedisSchema } from '../../../lib/topology/azure-managed-redis.ts';
import type { AzureManagedRedisInput } from '../../../lib/topology/azure-managed-redis-input.ts';
import { parseResourceId } from '../../../lib/topology/azure-resource-id.ts';
import { EXISTING_ID, EXPECTED_TOPOLOGY, FOUND_CLUSTER, FOUND_DATABASE } from './found.ts';

const FOUND: FoundRedis = { cluster: FOUND_CLUSTER, database: FOUND_DATABASE };
const OWNED: OwnedSettings = { publicNetworkAccess: false, location: 'West Europe', keyUrl: null };
const as = (cluster: object, database: object = {}): FoundRedis => ({
  cluster: { ...FOUND_CLUSTER, ...cluster },
  database: { ...FOUND_DATABASE, ...database },
});

function expected(changes: Partial<AzureManagedRedisInput> = {}, others: Partial<ExpectedRedis> = {}): ExpectedRedis {
  return {
    id: parseResourceId(EXISTING_ID),
    topology: azureManagedRedisSchema.parse({ ...EXPECTED_TOPOLOGY, evictionPolicy: 'AllKeysLRU', ...changes }),
    compared: COMPARED_FIELDS,
    accessKeys: 'off',
    privateEndpoint: false,
    ...others,
  };
}

describe('a database that exists', () => {
  it('is what was declared', () => {
    expect(differences(FOUND, expected())).toEqual([]);
  });

  it('is what was declared where the service says nothing of its defaults', () => {
    const { id, sku, publicNetworkAccess } = FOUND_CLUSTER;
    const bare = { cluster: { id, sku, publicNetworkAccess }, database: {} } as FoundRedis;
    expect(differences(bare, expected({ evictionPolicy: 'VolatileLRU' }))).toEqual([]);
  });

  it.each<[string, FoundRedis, Partial<AzureManagedRedisInput>, RegExp]>([
    [
      'AMR_EXISTING_POLICY_DIFFERS',
      as({}, { clusteringPolicy: 'EnterpriseCluster' }),
      {},
      /`topology.clusteringPolicy` is OSSCluster, and sessions has EnterpriseCluster\. .*Declare what there is, or/,
    ],
    ['AMR_EXISTING_SKU_DIFFERS', as({ sku: { name: 'Balanced_B20' } }), {}, /is Balanced_B10, .* has Balanced_B20/],
    ['AMR_EXISTING_HIGH_AVAILABILITY_DIFFERS', as({ highAvailability: 'Disabled' }), {}, /is on, .* has off/],
    ['AMR_EXISTING_PORT_DIFFERS', as({}, { port: 10_500 }), {}, /is 10000, .* has 10500/],
    ['AMR_EXISTING_PROTOCOL_DIFFERS', as({}, { clientProtocol: 'Plaintext' }), {}, /is Encrypted, .* has Plaintext/],
    ['AMR_EXISTING_ZONES_DIFFER', as({ zones: ['2', '1'] }), { zones: ['1', '3'] }, /is 1, 3, .* has 1, 2/],
    ['AMR_EXISTING_TLS_DIFFERS', as({ minimumTlsVersion: '1.0' }), {}, /is 1\.2, .* has 1\.0/],
    ['AMR_EXISTING_EVICTION_DIFFERS', FOUND, { evictionPolicy: 'NoEviction' }, /is NoEviction, .* has AllKeysLRU/],
    [
      'AMR_EXISTING_MODULES_DIFFER',
      as({}, { modules: [{ name: 'RedisJSON' }] }),
      { modules: ['RedisBloom'] },
      /is RedisBloom, .* has RedisJSON/,
    ],
    [
      'AMR_EXISTING_PERSISTENCE_DIFFERS',
      as({}, { persistence: { rdbEnabled: true, rdbFrequency: '1h' } }),
      { persistence: { kind: 'aof' } },
      /is aof, .* has rdb/,
    ],
    [
      'AMR_EXISTING_GEO_REPLICATION_DIFFERS',
      as({}, { geoReplication: { groupNickname: 'world', linkedDatabases: [] } }),
      {},
      /is none, .* has world/,
    ],
    ['AMR_EXISTING_UPGRADES_DIFFER', as({}, { deferUpgrade: 'Deferred' }), {}, /is off, .* has on/],
  ])('is refused for %s alone', (code, found, topology, sentence) => {
    const [problem, ...others] = differences(found, expected(topology));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code, path: expect.stringMatching(/^topology\.\w+$/) });
    expect(problem?.message).toMatch(sentence);
  });

  it('has lists compared in any order', () => {
    expect(differences(as({ zones: ['3', '1'] }), expected({ zones: ['1', '3'] }))).toEqual([]);
  });

  it('is not held to what is not compared', () => {
    const found = as({ zones: ['1'] }, { evictionPolicy: 'NoEviction', port: 10_500 });
    const codes = differences(found, expected({}, { compared: CLIENTS_DEPEND_ON })).map(({ code }) => code);
    expect(codes).toEqual(['AMR_EXISTING_PORT_DIFFERS']);
  });

  it('has every difference told at once', () => {
    const found = as({ sku: { name: 'Balanced_B20' } }, { accessKeysAuthentication: 'Enabled', port: 10_500 });
    expect(differences(found, expected()).map(({ code }) => code)).toEqual([
      'AMR_EXISTING_SKU_DIFFERS',
      'AMR_EXISTING_PORT_DIFFERS',
      'AMR_EXISTING_KEYS_ARE_ON',
    ]);
  });

  it('can be changed later where it is taken over', () => {
    const [problem] = differences(as({}, { port: 10_500 }), expected({}, { owned: OWNED }));
    expect(problem?.message).toMatch(/it can be changed once it is taken over and `import` is removed\.$/);
  });

  it('is another one where the provider looks in another subscription, and nothing else is said of it', () => {
    const found = as({ id: EXISTING_ID.replace('5b1f7f5e', '00000000') }, { port: 10_500 });
    expect(differences(found, expected()).map(({ code }) => code)).toEqual(['AMR_EXISTING_OTHER_CLUSTER']);
    expect(differences(as({ id: EXISTING_ID.toUpperCase() }), expected())).toEqual([]);
  });
});

describe('the access keys of a database that exists', () => {
  const keysAre = (accessKeysAuthentication: string) => as({}, { accessKeysAuthentication });

  it.each([
    ['on', 'Enabled', []],
    ['on', 'Disabled', ['AMR_EXISTING_KEYS_ARE_OFF']],
    ['off', 'Disabled', []],
    ['off', 'Enabled', ['AMR_EXISTING_KEYS_ARE_ON']],
    ['used-by-others', 'Enabled', []],
    ['used-by-others', 'Disabled', []],
  ] as const)('are expected %s and found %s', (accessKeys, found, codes) => {
    expect(differences(keysAre(found), expected({}, { accessKeys })).map(({ code }) => code)).toEqual(codes);
  });

  it.each([
    ['off', 'Enabled', false, /or "used-by-others"\.$/],
    ['off', 'Enabled', true, /Ask for them; it can be changed once/],
    ['on', 'Disabled', false, /Name `users` of Microsoft Entra instead\.$/],
    ['on', 'Disabled', true, /Leave `accessKeys` out; it can be changed once/],
  ] as const)('expected %s and found %s, taken over: %s, have a way on', (accessKeys, found, takenOver, sentence) => {
    const others = { accessKeys, ...(takenOver ? { owned: OWNED } : {}) };
    expect(differences(keysAre(found), expected({}, others))[0]?.message).toMatch(sentence);
  });
});

describe('the way to a database that exists', () => {
  const closed = { publicNetworkAccess: 'Disabled', privateEndpointConnections: [] };
  const codesOf = (found: FoundRedis, others: Partial<ExpectedRedis> = {}) =>
    differences(found, expected({}, others)).map(({ code }) => code);

  it('is there, or made here', () => {
    expect(codesOf(as(closed))).toEqual(['AMR_EXISTING_UNREACHABLE']);
    expect(codesOf(as(closed), { privateEndpoint: true })).toEqual([]);
    expect(codesOf(as({ ...closed, publicNetworkAccess: 'Enabled' }))).toEqual([]);
  });
});

describe('a database that is taken over', () => {
  const keyUrl = 'https://shop.vault.azure.net/keys/redis/0123';
  const withKey = as({ encryption: { customerManagedKeyEncryption: { keyEncryptionKeyUrl: keyUrl } } });

  it.each<[string, FoundRedis, Partial<OwnedSettings>]>([
    ['AMR_EXISTING_PUBLIC_ACCESS_DIFFERS', as({ publicNetworkAccess: 'Enabled' }), {}],
    ['AMR_EXISTING_PUBLIC_ACCESS_DIFFERS', FOUND, { publicNetworkAccess: true }],
    ['AMR_EXISTING_LOCATION_DIFFERS', FOUND, { location: 'northeurope' }],
    ['AMR_EXISTING_KEY_AT_REST_DIFFERS', withKey, {}],
    ['AMR_EXISTING_KEY_AT_REST_DIFFERS', FOUND, { keyUrl }],
  ])('is refused for %s', (code, found, owned) => {
    const [problem, ...others] = differences(found, expected({}, { owned: { ...OWNED, ...owned } }));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code, message: expect.stringMatching(/ is .*, and sessions has .*Declare/) });
  });

  it.each<[FoundRedis, Partial<OwnedSettings>]>([
    [FOUND, {}],
    [FOUND, { location: 'westeurope' }],
    [FOUND, { location: undefined, keyUrl: undefined }],
    [as({ publicNetworkAccess: 'Enabled' }), { publicNetworkAccess: true }],
    [withKey, { keyUrl }],
    [withKey, { keyUrl: undefined }],
  ])('is what was declared', (found, owned) => {
    expect(differences(found, expected({}, { owned: { ...OWNED, ...owned } }))).toEqual([]);
  });

  it('is public, elsewhere and encrypted as it is where somebody else owns it', () => {
    const { cluster } = withKey;
    expect(differences(as({ ...cluster, publicNetworkAccess: 'Enabled' }), expected())).toEqual([]);
  });
});
