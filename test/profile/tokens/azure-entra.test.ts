import { createServer, type Server } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import { credentialReader } from '../../../lib/profile/secret.ts';
import { type EntraCredential, entraTokens } from '../../../lib/profile/tokens/azure-entra.ts';

const SCOPE = 'https://redis.azure.com/.default';
const REFERENCE = { kind: 'azure-entra', scope: SCOPE } as const;
let server: Server | undefined;

afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

const given = (token: string, expiresOnTimestamp = 5_000_000) =>
  entraTokens(REFERENCE, async () => ({ getToken: async () => ({ token, expiresOnTimestamp }) }));

function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.signature`;
}

test('a token is asked for with the scope, and its end is the one that was told', async () => {
  const asked: string[] = [];
  const getToken: EntraCredential['getToken'] = async (scope) => {
    asked.push(scope);
    return { token: 'opaque', expiresOnTimestamp: 5_000_000 };
  };
  const read = entraTokens(REFERENCE, async () => ({ getToken }));
  expect(await read()).toEqual({ secret: 'opaque', expiresAtEpochMs: 5_000_000 });
  expect(asked).toEqual([SCOPE]);
});

test('its lifetime is what stands in it, and nothing where that makes no sense', async () => {
  expect(await given(jwt({ iat: 1_000, exp: 4_600 }))()).toMatchObject({ lifetimeMs: 3_600_000 });
  for (const token of [jwt({ iat: 4_600, exp: 1_000 }), jwt({ exp: 1 }), 'a.b.c', '', 'a']) {
    expect(await given(token)()).not.toHaveProperty('lifetimeMs');
  }
});

test('the library is opened once for all readings, and again after it could not be', async () => {
  let opened = 0;
  const read = entraTokens(REFERENCE, async () => {
    opened += 1;
    if (opened === 1) throw new Error('not yet');
    return { getToken: async () => ({ token: 'opaque', expiresOnTimestamp: 1 }) };
  });
  await expect(read()).rejects.toThrow('not yet');
  await read();
  await read();
  expect(opened).toBe(2);
});

test.each([
  ['an error', () => Promise.reject(new Error('no credential worked:\n- one\n- two')), 'no credential worked'],
  ['nothing', async () => null, 'the credential gave none'],
])('%s instead of a token is one sentence', async (_, getToken, reason) => {
  const read = entraTokens(REFERENCE, async () => ({ getToken }));
  await expect(read()).rejects.toThrow(
    `ENTRA_TOKEN_REFUSED: Microsoft Entra gave no token for ${SCOPE}: ${reason}. Give this process an identity`,
  );
});

/** The endpoint of a managed identity in App Service and Container Apps, as @azure/identity asks it. */
async function managedIdentity(answer: () => object): Promise<URL[]> {
  const asked: URL[] = [];
  server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://127.0.0.1'));
    const allowed = request.headers['x-identity-header'] === 'header';
    response.writeHead(allowed ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(allowed ? answer() : { error: 'unauthorized' }));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${port}/msi/token`);
  vi.stubEnv('IDENTITY_HEADER', 'header');
  return asked;
}

test('the token of a managed identity is fetched by @azure/identity, for the client id that the profile names', async () => {
  const end = Math.floor(Date.now() / 1_000) + 3_600;
  const token = jwt({ iat: end - 3_600, exp: end });
  const asked = await managedIdentity(() => ({
    access_token: token,
    expires_on: String(end),
    resource: 'https://redis.azure.com',
    token_type: 'Bearer',
  }));
  const reference = { ...REFERENCE, managedIdentityClientId: '11111111-2222-3333-4444-555555555555' };
  const credential = await credentialReader(reference)();
  expect(credential).toMatchObject({ secret: token, lifetimeMs: 3_600_000 });
  expect(Math.abs((credential.expiresAtEpochMs ?? 0) - end * 1_000)).toBeLessThan(5_000);
  expect(Object.fromEntries(asked[0]?.searchParams ?? [])).toMatchObject({
    resource: 'https://redis.azure.com',
    client_id: reference.managedIdentityClientId,
  });
});
