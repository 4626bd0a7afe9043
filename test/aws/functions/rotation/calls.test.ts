/** What is asked of AWS, over the clients' own `send`. */
import * as cacheSdk from '@aws-sdk/client-elasticache';
import * as secretsSdk from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from 'vitest';
import { acceptAuthTokens } from '../../../../lib/aws/functions/rotation/auth-token.ts';
import { secretStore } from '../../../../lib/aws/functions/rotation/secret-store.ts';
import { acceptUserPasswords } from '../../../../lib/aws/functions/rotation/user-passwords.ts';

const pace = () => ({ everyMs: 1, endsAt: performance.now() + 200 });
const BOTH = { current: 'now', pending: 'next', isFirst: false };

/** Answers by the command's name, in order, the last one for ever; anything else is an error. */
function client<Client>(answers: Readonly<Record<string, readonly unknown[]>>) {
  const sent: { name: string; input: unknown }[] = [];
  const send = async (command: { constructor: { name: string }; input: unknown }) => {
    const { name } = command.constructor;
    const before = sent.filter((call) => call.name === name).length;
    sent.push({ name, input: command.input });
    const known = answers[name];
    if (known === undefined) throw new Error(`${name} was not expected.`);
    const answer = known[Math.min(before, known.length - 1)];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { sent, client: { send } as unknown as Client };
}

const user = (Status: string) => ({ Users: [{ Status }] });
const group = (Status: string) => ({ ReplicationGroups: [{ Status }] });

describe('a user', () => {
  test('is given both passwords, when it is at rest, and is waited for', async () => {
    const aws = client<cacheSdk.ElastiCacheClient>({
      DescribeUsersCommand: [user('modifying'), user('active'), user('modifying'), user('active')],
      ModifyUserCommand: [{}],
    });
    await acceptUserPasswords(cacheSdk, aws.client, 'shop-app', pace())(BOTH);
    expect(aws.sent.map(({ name }) => name)).toEqual([
      'DescribeUsersCommand',
      'DescribeUsersCommand',
      'ModifyUserCommand',
      'DescribeUsersCommand',
      'DescribeUsersCommand',
    ]);
    expect(aws.sent[2]?.input).toEqual({
      UserId: 'shop-app',
      AuthenticationMode: { Type: 'password', Passwords: ['now', 'next'] },
    });
  });

  test('that never comes to rest is one sentence', async () => {
    const aws = client<cacheSdk.ElastiCacheClient>({ DescribeUsersCommand: [user('modifying')] });
    const failure = acceptUserPasswords(cacheSdk, aws.client, 'shop-app', pace())(BOTH);
    await expect(failure).rejects.toThrow(
      /ROTATION_NOT_SETTLED: The user shop-app should be "active" and was "modifying"/,
    );
  });
});

describe('while it is waited', () => {
  test('what is only throttled is asked again', async () => {
    const throttled = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    const aws = client<cacheSdk.ElastiCacheClient>({
      DescribeUsersCommand: [throttled, user('active')],
      ModifyUserCommand: [{}],
    });
    await acceptUserPasswords(cacheSdk, aws.client, 'shop-app', pace())(BOTH);
    expect(aws.sent.map(({ name }) => name)).toContain('ModifyUserCommand');
  });

  test('what is refused is said at once', async () => {
    const denied = Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' });
    const aws = client<cacheSdk.ElastiCacheClient>({ DescribeUsersCommand: [denied] });
    await expect(acceptUserPasswords(cacheSdk, aws.client, 'shop-app', pace())(BOTH)).rejects.toThrow('not allowed');
    expect(aws.sent).toHaveLength(1);
  });
});

describe('a token', () => {
  const tokens = (aws: { sent: { name: string; input: unknown }[] }) =>
    aws.sent
      .filter(({ name }) => name === 'ModifyReplicationGroupCommand')
      .map(({ input }) => input as { AuthToken: string; AuthTokenUpdateStrategy: string; ApplyImmediately: boolean })
      .map(({ AuthToken, AuthTokenUpdateStrategy, ApplyImmediately }) => [
        AuthTokenUpdateStrategy,
        AuthToken,
        ApplyImmediately,
      ]);

  const GROUP = { replicationGroupId: 'shop', isAccepted: async () => false };

  const answering = (...modified: readonly unknown[]) =>
    client<cacheSdk.ElastiCacheClient>({
      DescribeReplicationGroupsCommand: [group('modifying'), group('available')],
      ModifyReplicationGroupCommand: [...modified, {}],
    });

  test('is added to the one of the deployment at the first rotation', async () => {
    const aws = answering();
    await acceptAuthTokens(cacheSdk, aws.client, GROUP, pace())({ ...BOTH, isFirst: true });
    expect(tokens(aws)).toEqual([['ROTATE', 'next', true]]);
  });

  test('is added later after the one before the current has been dropped', async () => {
    const aws = answering();
    await acceptAuthTokens(cacheSdk, aws.client, GROUP, pace())(BOTH);
    expect(tokens(aws)).toEqual([
      ['SET', 'now', true],
      ['ROTATE', 'next', true],
    ]);
  });

  test('that is accepted already is not added again, which would drop the current one', async () => {
    const aws = answering();
    await acceptAuthTokens(cacheSdk, aws.client, { ...GROUP, isAccepted: async () => true }, pace())(BOTH);
    expect(tokens(aws)).toEqual([]);
  });

  test('is not added where the current one is not the last that was added', async () => {
    const refused = Object.assign(new Error('not the last rotated'), { name: 'InvalidParameterValueException' });
    const aws = answering(refused);
    await expect(acceptAuthTokens(cacheSdk, aws.client, GROUP, pace())(BOTH)).rejects.toThrow(
      /ROTATION_STRAY_TOKEN: .*shop.*\(not the last rotated\).*stays accepted/,
    );
    expect(tokens(aws)).toEqual([['SET', 'now', true]]);
  });

  test('that may not be changed at all is said as the service says it', async () => {
    const denied = Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' });
    const failure = acceptAuthTokens(cacheSdk, answering(denied).client, GROUP, pace())(BOTH);
    await expect(failure).rejects.toThrow(/^not allowed/);
  });
});

describe('the secret', () => {
  const stored = (SecretString: string) =>
    client<secretsSdk.SecretsManagerClient>({ GetSecretValueCommand: [{ SecretString }] });
  const read = ({ client: aws }: { client: secretsSdk.SecretsManagerClient }) =>
    secretStore(secretsSdk, aws, 'shop').read('AWSCURRENT');

  test('is read as JSON with all its fields', async () => {
    expect(await read(stored('{"username":"app","password":"now"}'))).toEqual({ username: 'app', password: 'now' });
  });

  test.each(['now', '{"username":"app"}', '{"password":""}', '["now"]', 'null'])(
    'that is %s is one sentence, which does not quote it',
    async (text) => {
      const failure = await read(stored(text)).catch((error: Error) => error.message);
      expect(failure).toMatch(/ROTATION_SECRET_MALFORMED: The version AWSCURRENT of shop is not a JSON object/);
      expect(failure).not.toContain('now');
    },
  );

  test('without such a version is undefined, and what is refused is an error', async () => {
    const missing = new secretsSdk.ResourceNotFoundException({ message: 'no such version', $metadata: {} });
    expect(await read(client({ GetSecretValueCommand: [missing] }))).toBeUndefined();
    const denied = new Error('AccessDeniedException');
    await expect(read(client({ GetSecretValueCommand: [denied] }))).rejects.toThrow('AccessDenied');
  });

  test('is written as pending under the version’s own id, and made current by moving the label', async () => {
    const aws = client<secretsSdk.SecretsManagerClient>({
      PutSecretValueCommand: [{}],
      UpdateSecretVersionStageCommand: [{}],
    });
    const store = secretStore(secretsSdk, aws.client, 'shop');
    await store.putPending('v2', { username: 'app', password: 'next' });
    await store.makeCurrent('v2', 'v1');
    expect(aws.sent.map(({ input }) => input)).toEqual([
      {
        SecretId: 'shop',
        ClientRequestToken: 'v2',
        SecretString: '{"username":"app","password":"next"}',
        VersionStages: ['AWSPENDING'],
      },
      { SecretId: 'shop', VersionStage: 'AWSCURRENT', MoveToVersionId: 'v2', RemoveFromVersionId: 'v1' },
    ]);
  });
});
