/** The very file that is deployed, against a real cluster: called as the provider framework calls it. */
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { deploymentNamed } from '../../../../deployments/index.ts';
import type { CustomResourceAnswer, LambdaContext } from '../../../../lib/aws/functions/verify/handler.ts';
import { writeBundle } from '../../../../lib/aws/functions/write-bundle.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import { startLab } from '../../../../lib/lab/start.ts';
import type { ConnectionProfile } from '../../../../lib/profile/profile.ts';
import { readSecret } from '../../../../lib/profile/secret.ts';
import { LONE_PASSWORD, withLoneServer } from '../../../verify/lone-server.ts';
import { accessDenied, type SecretsManagerStandIn, startSecretsManager } from '../../secrets-manager/start.ts';
import { throughFramework } from './provider-framework.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const SECRET_ID = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-AbCdEf';

type Handler = (request: unknown, context: LambdaContext) => Promise<CustomResourceAnswer>;

let folder: string;
let handler: Handler;
let lab: Lab;
let password: string;
let secrets: SecretsManagerStandIn;
let logged: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redoubt-verify-function-'));
  writeBundle(join(ROOT, 'lib/aws/functions/verify'), folder);
  // What Lambda's runtime brings.
  await mkdir(join(folder, 'node_modules'));
  await symlink(join(ROOT, 'node_modules/@aws-sdk'), join(folder, 'node_modules/@aws-sdk'));
  ({ handler } = await import(join(folder, 'index.mjs')));
  lab = await startLab({
    deployment: 'elasticache',
    topology: deploymentNamed('elasticache').topology,
    detached: false,
  });
  password = await readSecret(lab.profile.authentication.secret);
  secrets = await startSecretsManager();
});

afterAll(async () => {
  await secrets?.close();
  await lab?.stop();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  logged = '';
  // The framework's log.
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    logged += String(text);
    return true;
  });
  for (const [name, value] of Object.entries(secrets.environment)) vi.stubEnv(name, value);
  vi.stubEnv('AWS_SESSION_TOKEN', 'session-of-this-test');
  secrets.store(SECRET_ID, JSON.stringify({ username: 'application', password }));
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** The lab's, with its secret where the construct puts it. */
function profile(change: Partial<ConnectionProfile> = {}): ConnectionProfile {
  const secret = { kind: 'aws-secrets-manager', secretId: SECRET_ID, region: 'eu-west-1', field: 'password' } as const;
  return { ...lab.profile, authentication: { ...lab.profile.authentication, secret }, ...change };
}

/** As CloudFormation sends it, where every value is text. */
function request(properties: Record<string, unknown>, more: Record<string, unknown> = {}) {
  return {
    RequestType: 'Create',
    ResponseURL: '...',
    StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/redoubt-elasticache-verified/1',
    RequestId: '5f2f0c7e-0000-4000-8000-000000000000',
    LogicalResourceId: 'VerifiedResource',
    ResourceType: 'Custom::RedoubtVerification',
    ResourceProperties: { ServiceToken: 'arn:…', SettleForMs: '0', ...properties },
    ...more,
  };
}

const remaining = (milliseconds: number): LambdaContext => ({ getRemainingTimeInMillis: () => milliseconds });
const verifying = (change: Partial<ConnectionProfile>, properties: Record<string, unknown> = {}) =>
  handler(request({ Profile: JSON.stringify(profile(change)), ...properties }), remaining(120_000));

async function failureOf(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => new Error('nothing failed'),
    (reason: Error) => reason,
  );
  expect(error.name).toBe('VerificationFailed');
  return error;
}

describe('Create', () => {
  it('succeeds when every check passes, and tells how many there were', async () => {
    const answer = await verifying({});
    expect(answer).toEqual({
      PhysicalResourceId: expect.stringMatching(/^verified-[0-9a-f]{16}$/),
      Data: { Checks: expect.any(Number), Attempts: 1 },
    });
    expect(answer.Data?.Checks).toBeGreaterThan(20);
    expect(secrets.asked.at(-1)).toEqual({ action: 'GetSecretValue', secretId: SECRET_ID });
  });

  it('succeeds with what automatic scaling has made within its ranges, and fails beyond them', async () => {
    const { shardCount } = deploymentNamed('elasticache').topology;
    const expected = { replicasPerShard: { min: 1, max: 3 } };
    const within = await verifying({ expected: { ...expected, shardCount: { min: 1, max: shardCount + 5 } } });
    expect(within.Data).toEqual({ Checks: expect.any(Number), Attempts: 1 });
    const beyond = { min: shardCount + 1, max: shardCount + 5 };
    const { message } = await failureOf(verifying({ expected: { ...expected, shardCount: beyond } }));
    expect(message).toContain(`SHARD_COUNT_WRONG: The profile expects ${beyond.min} to ${beyond.max} shards`);
  });

  it('has the password in neither its log nor its answer', async () => {
    const answer = await verifying({});
    expect(logged).toContain('"event":"verified"');
    expect(logged + JSON.stringify(answer)).not.toContain(password);
    const failed = await failureOf(verifying({ clientMode: 'single' }));
    expect(logged + failed.message + failed.stack).not.toContain(password);
  });

  it('fails with the sentence when the profile declares a client mode that ElastiCache does not have', async () => {
    const { message, stack } = await failureOf(verifying({ clientMode: 'single' }));
    expect(message).toMatch(
      /^The deployment could not be verified\.\nPROFILE_ELASTICACHE_NEEDS_CLUSTER_MODE clientMode: /,
    );
    // The framework appends it to the reason, which has no room for it.
    expect(stack).toBe('VerificationFailed');
  });

  it('fails with the sentence when the server is of another mode than the profile declares', () =>
    withLoneServer({ lines: [`requirepass ${LONE_PASSWORD}`] }, async ({ profile: lone }) => {
      secrets.store(SECRET_ID, JSON.stringify({ password: LONE_PASSWORD }));
      const { authentication } = profile();
      const { message, stack } = await failureOf(
        verifying({
          endpoint: lone.endpoint,
          tls: lone.tls,
          nameResolution: lone.nameResolution,
          authentication: { secret: authentication.secret },
        }),
      );
      expect(message).toMatch(
        /^elasticache is not what was asked for: \d+ checks? failed, \d+ unknown; verified once\.\n/,
      );
      expect(message).toMatch(/client-mode CLIENT_MODE_CLUSTER_ON_SINGLE: /);
      expect(stack).toBe('VerificationFailed');
    }));

  it('fails with both numbers when there are fewer replicas than expected', async () => {
    const expected = { ...lab.profile.expected, replicasPerShard: 3 };
    const { message } = await failureOf(verifying({ expected }));
    expect(message).toMatch(/replicas-per-shard \w+: .*\b1\b.*\b3\b|replicas-per-shard \w+: .*\b3\b.*\b1\b/);
  });

  it('says first that nothing answers, when nothing does', async () => {
    const endpoint = { host: lab.profile.endpoint.host, port: await closedPort() };
    const { message } = await failureOf(verifying({ endpoint }));
    expect(message.split('\n')[1]).toMatch(/^reachability \w+: .*ECONNREFUSED/);
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(3_002);
  });

  it('says whose right is missing when the secret may not be read', async () => {
    secrets.failNext('GetSecretValue', accessDenied('GetSecretValue'));
    const { message } = await failureOf(verifying({}));
    expect(message).toMatch(/VERIFY_SECRET_UNREADABLE: .*AccessDeniedException.*secretsmanager:GetSecretValue/);
  });

  it('says that the VPC has no way to Secrets Manager when nothing answers there', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', `http://127.0.0.1:${await closedPort()}`);
    const { message } = await failureOf(verifying({}));
    expect(message).toMatch(/VERIFY_SECRET_UNREADABLE: .*interface endpoint.*NAT gateway/);
  });

  it.each([
    ['another field', '{"token":"abcdefgh-not-to-be-shown"}'],
    ['something else than JSON', 'abcdefgh-not-to-be-shown'],
  ])('does not show a secret that holds %s', async (_what, secretString) => {
    secrets.store(SECRET_ID, secretString);
    const { message } = await failureOf(verifying({}));
    expect(message).toMatch(/VERIFY_SECRET_FIELD_MISSING: .*"password"/);
    expect(message + logged).not.toContain('not-to-be-shown');
  });

  it('tries again while the deployment settles', async () => {
    // The role is too new.
    secrets.failNext('GetSecretValue', accessDenied('GetSecretValue'));
    const answer = await verifying({}, { SettleForMs: '30000' });
    expect(answer.Data?.Attempts).toBe(2);
  });

  it('answers before Lambda ends it', async () => {
    const silent = createServer();
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    try {
      const { host } = lab.profile.endpoint;
      const endpoint = { host: '127.0.0.1', port: (silent.address() as AddressInfo).port };
      const Profile = JSON.stringify(profile({ endpoint, tls: { ...lab.profile.tls, serverName: host } }));
      const { message } = await failureOf(handler(request({ Profile, SettleForMs: '600000' }), remaining(16_000)));
      expect(message).toMatch(/VERIFY_DID_NOT_END: /);
    } finally {
      silent.close();
    }
  });

  it('signs in with a token of its role when the deployment uses IAM', async () => {
    const secret = {
      kind: 'aws-iam',
      cacheName: 'shop',
      region: 'eu-west-1',
      serverless: false,
      userId: 'application',
    } as const;
    const { message } = await failureOf(verifying({ authentication: { userName: 'application', secret } }));
    // Only the service can accept a token: the lab has seen it as a wrong password.
    expect(message).toMatch(/reachability ENDPOINT_CREDENTIAL_REFUSED: /);
    expect(message + logged).not.toMatch(/X-Amz-Signature|session-of-this-test/);
  });

  it('says so when the secret is where only a person can read it', async () => {
    const { message } = await failureOf(verifying({ authentication: lab.profile.authentication }));
    expect(message).toMatch(/VERIFY_CREDENTIAL_NOT_FETCHABLE: .*"file"/);
  });

  it.each([
    ['what is no profile', { Profile: '{"schemaVersion":1}' }, /deployment/],
    ['what is no JSON', { Profile: '{{resolve:ssm:/shop}}' }, /VERIFY_PROFILE_NOT_JSON/],
    ['no profile', { SettleForMs: 'soon' }, /VERIFY_PROPERTIES_INVALID: .*Profile.*SettleForMs/],
  ])('fails at once when it is handed %s', async (_what, properties, sentence) => {
    const { message } = await failureOf(handler(request(properties), remaining(120_000)));
    expect(message).toMatch(sentence);
  });
});

describe('Update', () => {
  it('verifies when a property has changed, under a new physical id', async () => {
    const before = (await verifying({})).PhysicalResourceId;
    const change = { Profile: JSON.stringify(profile({ clientMode: 'single' })) };
    await failureOf(
      handler(request(change, { RequestType: 'Update', PhysicalResourceId: before }), remaining(120_000)),
    );
    const revised = request(
      { Profile: JSON.stringify(profile()), Revision: '2' },
      { RequestType: 'Update', PhysicalResourceId: before },
    );
    const { PhysicalResourceId } = await handler(revised, remaining(120_000));
    expect(PhysicalResourceId).toMatch(/^verified-/);
    expect(PhysicalResourceId).not.toBe(before);
  });

  it('lets CloudFormation roll back to what had passed, whatever has become of the cluster', async () => {
    const properties = { Profile: JSON.stringify(profile()) };
    const { PhysicalResourceId } = await handler(request(properties), remaining(120_000));
    secrets.store(SECRET_ID, '{"password":"of-something-else"}');
    const rollback = request(properties, { RequestType: 'Update', PhysicalResourceId });
    expect(await handler(rollback, remaining(120_000))).toEqual({ PhysicalResourceId });
  });
});

describe('Delete', () => {
  it.each([
    ['of what was verified', { PhysicalResourceId: 'verified-0123456789abcdef' }, 'verified-0123456789abcdef'],
    ['of what never was', { ResourceProperties: {} }, 'never-verified'],
  ])('%s does nothing and succeeds', async (_what, more, id) => {
    const asked = secrets.asked.length;
    const answer = await handler(request({ Profile: 'no profile' }, { RequestType: 'Delete', ...more }), remaining(1));
    expect(answer).toEqual({ PhysicalResourceId: id });
    expect(secrets.asked).toHaveLength(asked);
  });
});

describe('through the provider framework of the CDK', () => {
  const through = (properties: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    throughFramework(handler, request(properties, { ResponseURL: 'https://answers.invalid/1?signed', ...more }));

  it('CloudFormation is told of success, with what was verified', async () => {
    const answer = await through({ Profile: JSON.stringify(profile()) });
    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { Attempts: 1 } });
    expect(answer.PhysicalResourceId).toMatch(/^verified-/);
  });

  it('the reason of a failed deployment is the sentences and the place of the log, and fits', async () => {
    const expected = { ...lab.profile.expected, replicasPerShard: 3 };
    const { Status, Reason, bytes } = await through({ Profile: JSON.stringify(profile({ expected })) });
    expect(Status).toBe('FAILED');
    expect(Reason).toMatch(/^elasticache is not what was asked for: 2 checks failed, 1 unknown; verified once\.\n/);
    expect(Reason).toMatch(/\n\nLogs: \/aws\/lambda\/\S+\n$/);
    expect(Reason).not.toMatch(/^ +at /m);
    expect(bytes).toBeLessThan(4_096);
  });

  it('a reason as long as ours may be still fits', async () => {
    const endpoint = { host: lab.profile.endpoint.host, port: await closedPort() };
    const { Status, bytes } = await through({ Profile: JSON.stringify(profile({ endpoint })) });
    expect(Status).toBe('FAILED');
    expect(bytes).toBeGreaterThan(2_500);
    expect(bytes).toBeLessThan(4_096);
  });

  it('a stack whose verification failed at once can be deleted', async () => {
    const failed = await through({ Profile: 'no profile' });
    const { PhysicalResourceId } = failed;
    expect(failed.Status).toBe('FAILED');
    expect(await through({ Profile: 'no profile' }, { RequestType: 'Delete', PhysicalResourceId })).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId,
    });
  });
});

it('the bundle names no path of the machine it was made on', async () => {
  expect(await readFile(join(folder, 'index.mjs'), 'utf8')).not.toContain(ROOT);
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
