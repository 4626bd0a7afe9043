import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEnvironment, profileFromEnvironment, profileToEnvironment } from '../../lib/profile/environment.ts';
import { anyProfile, azure as azureOss, ELASTICACHE, profileOf } from './fixture.ts';

const COMPLETE = profileToEnvironment(profileOf(ELASTICACHE));

function problemsOf(changes: Record<string, string | undefined>) {
  const result = parseEnvironment({ ...COMPLETE, ...changes });
  return 'problems' in result ? result.problems : [];
}

describe('the environment form', () => {
  it('gives back the profile it was made from', () => {
    fc.assert(
      fc.property(anyProfile, (profile) => {
        expect(profileFromEnvironment(profileToEnvironment(profile))).toEqual(profile);
      }),
    );
  });

  it('has the names that container specifications use', () => {
    expect(COMPLETE).toMatchObject({
      REDIS_ADDRESS: 'sessions.example.net:10000',
      REDIS_CLUSTER_MODE: 'true',
      REDIS_READ_ONLY: 'false',
      REDIS_ROUTE_BY_LATENCY: 'false',
      REDIS_ROUTE_RANDOMLY: 'false',
      REDIS_TLS: 'true',
      REDIS_USERNAME: 'application',
      REDIS_PASSWORD_VARIABLE: 'SESSIONS_SECRET',
    });
  });

  it('never holds the secret, only where it is', () => {
    expect(COMPLETE.REDIS_PASSWORD).toBeUndefined();
    const profile = profileFromEnvironment({
      ...COMPLETE,
      REDIS_PASSWORD_VARIABLE: undefined,
      REDIS_PASSWORD: 'hunter2',
    });
    expect(profile.authentication.secret).toEqual({ kind: 'environment', variable: 'REDIS_PASSWORD' });
    expect(JSON.stringify(profile)).not.toContain('hunter2');
  });

  it('has a range of counts with a hyphen between', () => {
    const expected = { shardCount: { min: 3, max: 8 }, replicasPerShard: { min: 1, max: 3 } };
    const variables = { REDIS_EXPECTED_SHARDS: '3-8', REDIS_EXPECTED_REPLICAS_PER_SHARD: '1-3' };
    expect(profileToEnvironment({ ...profileOf(ELASTICACHE), expected })).toMatchObject(variables);
    expect(profileFromEnvironment({ ...COMPLETE, ...variables }).expected).toEqual(expected);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(profileFromEnvironment({ ...COMPLETE, REDIS_USERNAME: '' }).authentication.userName).toBeUndefined();
  });

  it('verifies certificates against the host of the address when no server name is given', () => {
    const profile = profileFromEnvironment({ ...COMPLETE, REDIS_TLS_SERVER_NAME: undefined });
    expect(profile.tls.serverName).toBe('sessions.example.net');
  });

  it('ignores variables of others, such as those of a Kubernetes service named redis', () => {
    expect(problemsOf({ REDIS_PORT: 'tcp://10.0.0.1:6379', REDIS_SERVICE_HOST: '10.0.0.1', PATH: '/bin' })).toEqual([]);
  });
});

describe('the client mode', () => {
  it.each([
    ['one address', 'a.example:6379'],
    ['six addresses', Array.from({ length: 6 }, (_, index) => `node-${index}.example:700${index}`).join(',')],
  ])('is what REDIS_CLUSTER_MODE declares, whatever %s may suggest', (_, REDIS_ADDRESS) => {
    const clusterMode = profileFromEnvironment({ ...COMPLETE, REDIS_ADDRESS });
    expect(clusterMode.clientMode).toBe('cluster');
    const enterprise = {
      REDIS_PLATFORM: 'azure-managed-redis',
      REDIS_CLUSTERING_POLICY: 'NoCluster',
      REDIS_EXPECTED_SHARDS: '1',
    };
    const single = {
      ...COMPLETE,
      ...enterprise,
      REDIS_CROSS_SLOT_COMMANDS: 'all',
      REDIS_CLUSTER_MODE: 'false',
      REDIS_ADDRESS,
    };
    expect(profileFromEnvironment(single).clientMode).toBe('single');
  });

  it('is missing when REDIS_CLUSTER_MODE is, and the sentence says why nobody guesses it', () => {
    const [problem, ...others] = problemsOf({ REDIS_CLUSTER_MODE: undefined });
    expect(others).toEqual([]);
    expect(problem?.code).toBe('ENVIRONMENT_CLUSTER_MODE_MISSING');
    expect(problem?.message).toMatch(/never guessed from the number of addresses.*configuration endpoint.*multi-key/);
  });
});

describe('replica reads', () => {
  it.each([
    [{}, 'never'],
    [{ REDIS_READ_ONLY: 'true' }, 'random'],
    [{ REDIS_ROUTE_RANDOMLY: 'true', REDIS_READ_ONLY: 'true' }, 'random'],
    [{ REDIS_ROUTE_BY_LATENCY: 'true' }, 'by-latency'],
  ] as const)('of %j are %s', (flags, expected) => {
    const unset = { REDIS_READ_ONLY: undefined, REDIS_ROUTE_RANDOMLY: undefined, REDIS_ROUTE_BY_LATENCY: undefined };
    expect(profileFromEnvironment({ ...COMPLETE, ...unset, ...flags }).replicaReads).toBe(expected);
  });
});

describe('a problem of the environment', () => {
  it.each([
    ['ENVIRONMENT_ADDRESS_MISSING', 'REDIS_ADDRESS', { REDIS_ADDRESS: undefined }],
    ['ENVIRONMENT_ADDRESS_MALFORMED', 'REDIS_ADDRESS', { REDIS_ADDRESS: 'no-port' }],
    ['ENVIRONMENT_ADDRESS_MALFORMED', 'REDIS_ADDRESS', { REDIS_ADDRESS: 'a.example:1,,b.example:2' }],
    ['INPUT_OUT_OF_RANGE', 'REDIS_ADDRESS', { REDIS_ADDRESS: 'a.example:70000' }],
    ['ENVIRONMENT_CLUSTER_MODE_MISSING', 'REDIS_CLUSTER_MODE', { REDIS_CLUSTER_MODE: '' }],
    ['ENVIRONMENT_NOT_TRUE_OR_FALSE', 'REDIS_CLUSTER_MODE', { REDIS_CLUSTER_MODE: 'yes' }],
    ['PROFILE_ELASTICACHE_NEEDS_CLUSTER_MODE', 'REDIS_CLUSTER_MODE', { REDIS_CLUSTER_MODE: 'false' }],
    ['ENVIRONMENT_NOT_TRUE_OR_FALSE', 'REDIS_READ_ONLY', { REDIS_READ_ONLY: '1' }],
    [
      'ENVIRONMENT_ROUTES_CONTRADICT',
      'REDIS_READ_ONLY',
      { REDIS_ROUTE_RANDOMLY: 'true', REDIS_ROUTE_BY_LATENCY: 'true' },
    ],
    ['ENVIRONMENT_ROUTES_CONTRADICT', 'REDIS_READ_ONLY', { REDIS_ROUTE_RANDOMLY: 'true', REDIS_READ_ONLY: 'false' }],
    ['ENVIRONMENT_TLS_REQUIRED', 'REDIS_TLS', { REDIS_TLS: 'false' }],
    ['ENVIRONMENT_PORT_RANGE_MALFORMED', 'REDIS_EXTRA_PORT_RANGE', { REDIS_EXTRA_PORT_RANGE: '8500' }],
    ['PROFILE_PORT_RANGE_REVERSED', 'REDIS_EXTRA_PORT_RANGE', { REDIS_EXTRA_PORT_RANGE: '8599-8500' }],
    ['ENVIRONMENT_PASSWORD_MISSING', 'REDIS_PASSWORD', { REDIS_PASSWORD_VARIABLE: undefined }],
    ['ENVIRONMENT_PASSWORD_AMBIGUOUS', 'REDIS_PASSWORD', { REDIS_PASSWORD_FILE: '/run/secret' }],
    ['ENVIRONMENT_PASSWORD_AMBIGUOUS', 'REDIS_PASSWORD', { REDIS_PASSWORD: 'hunter2' }],
    ['ENVIRONMENT_NOT_A_NUMBER', 'REDIS_EXPECTED_SHARDS', { REDIS_EXPECTED_SHARDS: 'three' }],
    ['ENVIRONMENT_NOT_A_NUMBER', 'REDIS_EXPECTED_SHARDS', { REDIS_EXPECTED_SHARDS: '3-' }],
    ['PROFILE_COUNT_RANGE_REVERSED', 'expected', { REDIS_EXPECTED_SHARDS: '8-3' }],
    ['INPUT_OUT_OF_RANGE', 'REDIS_EXPECTED_REPLICAS_PER_SHARD', { REDIS_EXPECTED_REPLICAS_PER_SHARD: '0-3' }],
    ['INPUT_OUT_OF_RANGE', 'REDIS_EXPECTED_SHARDS', { REDIS_EXPECTED_SHARDS: '0' }],
    ['INPUT_MISSING', 'REDIS_EXPECTED_SHARDS', { REDIS_EXPECTED_SHARDS: undefined }],
    ['INPUT_MISSING', 'REDIS_PLATFORM', { REDIS_PLATFORM: undefined }],
    ['INPUT_NOT_ALLOWED', 'REDIS_PLATFORM', { REDIS_PLATFORM: 'elasticcache' }],
    ['INPUT_NOT_ALLOWED', 'REDIS_TLS_MINIMUM_VERSION', { REDIS_TLS_MINIMUM_VERSION: 'TLSv1.1' }],
    ['INPUT_WRONG_FORMAT', 'REDIS_CROSS_SLOT_COMMANDS', { REDIS_CROSS_SLOT_COMMANDS: 'DEL,MSET' }],
    ['PROFILE_VERSION_UNSUPPORTED', 'REDIS_PROFILE_VERSION', { REDIS_PROFILE_VERSION: '2' }],
    ['ENVIRONMENT_VARIABLE_UNKNOWN', 'REDIS_ROUTE_RANDOMELY', { REDIS_ROUTE_RANDOMELY: 'true' }],
    ['ENVIRONMENT_VARIABLE_UNKNOWN', 'REDIS_CLUSTERMODE', { REDIS_CLUSTERMODE: 'true' }],
  ])('%s at %s is told for %j', (code, path, changes) => {
    expect(problemsOf({ REDIS_READ_ONLY: undefined, ...changes })).toContainEqual(
      expect.objectContaining({ code, path }),
    );
  });

  it('names the variable in its sentence, not the field behind it', () => {
    const [problem] = problemsOf({ REDIS_EXPECTED_SHARDS: undefined });
    expect(problem?.message).toBe(
      '`REDIS_EXPECTED_SHARDS` is missing: it must be a whole number from 1, or with automatic scaling a range of two from 1 (min, max).',
    );
  });

  it('is told once for each variable, all variables at once, when nothing is set', () => {
    const result = parseEnvironment({});
    const paths = 'problems' in result ? result.problems.map((problem) => problem.path) : [];
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toEqual(
      expect.arrayContaining([
        'REDIS_ADDRESS',
        'REDIS_CLUSTER_MODE',
        'REDIS_PASSWORD',
        'REDIS_PLATFORM',
        'REDIS_EXPECTED_SHARDS',
      ]),
    );
  });

  it('repeats no part of an address that holds a password', () => {
    const messages = problemsOf({ REDIS_ADDRESS: 'rediss://default:hunter2@a.example:6379' }).map(
      (problem) => problem.message,
    );
    expect(messages.join()).toContain('No scheme, user or password belongs here');
    expect(messages.join()).not.toContain('hunter2');
  });

  it('is a problem and never a crash, whatever the variables hold', () => {
    const name = fc.constantFrom(...Object.keys(COMPLETE), '__proto__', 'REDIS_PASSWORD', 'REDIS_HOSTS_FILE');
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: 'binary' })), (changes) => {
        const result = parseEnvironment({ ...COMPLETE, ...changes });
        if ('problems' in result) expect(result.problems.length).toBeGreaterThan(0);
        else expect(profileFromEnvironment(profileToEnvironment(result.profile))).toEqual(result.profile);
      }),
    );
  });
});

describe('a token in the environment form', () => {
  const without = { REDIS_PASSWORD_VARIABLE: undefined };
  const iam = { ...without, REDIS_IAM_CACHE_NAME: 'shop', REDIS_IAM_REGION: 'eu-west-1' };

  it('of AWS IAM is signed for REDIS_USERNAME', () => {
    expect(profileFromEnvironment({ ...COMPLETE, ...iam }).authentication).toEqual({
      userName: 'application',
      secret: { kind: 'aws-iam', cacheName: 'shop', region: 'eu-west-1', serverless: false, userId: 'application' },
    });
    const serverless = profileFromEnvironment({ ...COMPLETE, ...iam, REDIS_IAM_SERVERLESS: 'true' });
    expect(serverless.authentication.secret).toMatchObject({ serverless: true });
  });

  it.each([
    ['without its region', { ...iam, REDIS_IAM_REGION: undefined }, 'ENVIRONMENT_IAM_INCOMPLETE', 'REDIS_IAM_REGION'],
    ['without a user', { ...iam, REDIS_USERNAME: undefined }, 'ENVIRONMENT_IAM_INCOMPLETE', 'REDIS_USERNAME'],
    [
      'with a flag of neither kind',
      { ...iam, REDIS_IAM_SERVERLESS: 'yes' },
      'ENVIRONMENT_NOT_TRUE_OR_FALSE',
      'SERVERLESS',
    ],
    ['beside a password', { ...iam, REDIS_PASSWORD: 'x' }, 'ENVIRONMENT_PASSWORD_AMBIGUOUS', 'more than one place'],
    [
      'beside one of Entra',
      { ...iam, REDIS_ENTRA_SCOPE: 'x' },
      'ENVIRONMENT_PASSWORD_AMBIGUOUS',
      'more than one place',
    ],
  ])('of AWS IAM %s is a problem', (_, changes, code, text) => {
    expect(problemsOf(changes)).toEqual([expect.objectContaining({ code, message: expect.stringContaining(text) })]);
  });

  it('of Microsoft Entra needs a scope or the client id of a managed identity', () => {
    const azure = profileToEnvironment(profileOf(azureOss('OSSCluster')));
    const read = (changes: Record<string, string | undefined>) =>
      profileFromEnvironment({ ...azure, ...without, REDIS_USERNAME: 'object-id', ...changes }).authentication.secret;
    expect(read({ REDIS_ENTRA_SCOPE: 'api://other/.default' })).toEqual({
      kind: 'azure-entra',
      scope: 'api://other/.default',
    });
    expect(read({ REDIS_ENTRA_MANAGED_IDENTITY_CLIENT_ID: 'client' })).toEqual({
      kind: 'azure-entra',
      scope: 'https://redis.azure.com/.default',
      managedIdentityClientId: 'client',
    });
  });

  it('in Azure Key Vault needs the vault and the name of the secret', () => {
    const azure = profileToEnvironment(profileOf(azureOss('OSSCluster')));
    const place = { REDIS_KEY_VAULT_URL: 'https://shop.vault.azure.net', REDIS_KEY_VAULT_SECRET: 'sessions-key' };
    const read = (changes: Record<string, string | undefined>) =>
      profileFromEnvironment({ ...azure, ...without, ...place, ...changes });
    const reference = { kind: 'azure-key-vault', vaultUrl: 'https://shop.vault.azure.net', secretName: 'sessions-key' };
    expect(read({}).authentication.secret).toEqual(reference);
    expect(read({ REDIS_KEY_VAULT_MANAGED_IDENTITY_CLIENT_ID: 'client' }).authentication.secret).toEqual({
      ...reference,
      managedIdentityClientId: 'client',
    });
    expect(() => read({ REDIS_KEY_VAULT_URL: undefined })).toThrow(
      /ENVIRONMENT_KEY_VAULT_INCOMPLETE.*VAULT_URL` is not/,
    );
    expect(() => read({ REDIS_KEY_VAULT_SECRET: undefined })).toThrow(/INCOMPLETE.*`REDIS_KEY_VAULT_SECRET` is not/);
    expect(() => read({ REDIS_KEY_VAULT_URL: 'https://example.com' })).toThrow(/must be the address of a Key Vault/);
    expect(() => read({ REDIS_PASSWORD: 'x' })).toThrow(/ENVIRONMENT_PASSWORD_AMBIGUOUS/);
  });
});
