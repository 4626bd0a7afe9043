/** Logins at a real server. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Endpoint, isAccepted, signIn } from '../../../../lib/aws/functions/rotation/sign-in.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import { readSecret } from '../../../../lib/profile/secret.ts';
import { ELASTICACHE, newBaseDirectory, removeBaseDirectory, startTestLab } from '../../../lab/support/lab.ts';

const baseDirectory = newBaseDirectory();
let lab: Lab;
let endpoint: Endpoint;
let password = '';

beforeAll(async () => {
  lab = await startTestLab(ELASTICACHE, { baseDirectory });
  const [node] = lab.nodes();
  const { tls, authentication } = lab.profile;
  endpoint = {
    host: node?.host ?? '',
    port: node?.port ?? 0,
    serverName: tls.serverName,
    certificateAuthority: readFileSync(tls.caFile ?? '', 'utf8'),
    userName: authentication.userName ?? '',
  };
  password = await readSecret(authentication.secret);
}, 60_000);
afterAll(async () => {
  await lab?.stop();
  removeBaseDirectory(baseDirectory);
});

describe('a login', () => {
  test('passes with a password that the server accepts', async () => {
    await expect(signIn(endpoint, password)).resolves.toBeUndefined();
    expect(await isAccepted(endpoint, password)).toBe(true);
  });

  test('with another is one sentence, which does not tell the password', async () => {
    const failure = await signIn(endpoint, 'not-the-password').catch((error: Error) => error.message);
    expect(failure).toMatch(/ROTATION_LOGIN_FAILED: .* did not let .* in with the new password \(it said "-WRONGPASS/);
    expect(failure).not.toContain('not-the-password');
    expect(await isAccepted(endpoint, 'not-the-password')).toBe(false);
  });

  test('is verified: a server with a name of its own is not given the password', async () => {
    const elsewhere = { ...endpoint, serverName: 'elsewhere.example' };
    await expect(signIn(elsewhere, password)).rejects.toThrow(/could not be asked .*(altnames|does not match)/);
  });

  test('to a place where nobody listens is one sentence, also where it is only asked for', async () => {
    const nowhere = { host: '127.0.0.1', port: 1 };
    await expect(signIn(nowhere, password)).rejects.toThrow(/ROTATION_LOGIN_FAILED: .*ECONNREFUSED/);
    await expect(isAccepted(nowhere, password)).rejects.toThrow(/ROTATION_LOGIN_FAILED: .*ECONNREFUSED/);
  });
});
