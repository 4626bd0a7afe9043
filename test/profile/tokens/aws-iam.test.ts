import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { credentialReader } from '../../../lib/profile/secret.ts';
import { type IamLibraries, type IamReference, iamTokens } from '../../../lib/profile/tokens/aws-iam.ts';
import { signedParameters } from './signature-by-hand.ts';

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const REFERENCE: IamReference = {
  kind: 'aws-iam',
  cacheName: 'Shop-Cache',
  region: 'eu-west-1',
  serverless: false,
  userId: 'checkout',
};
const NOW = Date.UTC(2026, 10, 26, 1, 30, 0);

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

type Credentials = Awaited<ReturnType<IamLibraries['credentials']>>;

function signing(reference: IamReference, credentials: Credentials = KEYS) {
  const libraries = async () => ({ credentials: async () => credentials, SignatureV4, HttpRequest, Sha256 });
  return iamTokens(reference, libraries, () => NOW);
}

/** Of the token: what stands before the question mark, and every parameter. */
function partsOf(token: string) {
  const [address, query = ''] = token.split('?');
  return { address, parameters: Object.fromEntries(new URLSearchParams(query)) };
}

const BY_HAND = { host: 'shop-cache', region: 'eu-west-1', date: '20261126T013000Z', ...KEYS };

test('a token is the presigned connect request of the cache in small letters, without http://', async () => {
  const { secret } = await signing(REFERENCE)();
  const { address, parameters } = partsOf(secret);
  expect(address).toBe('shop-cache/');
  expect(parameters).toEqual(signedParameters({ ...BY_HAND, query: { Action: 'connect', User: 'checkout' } }));
});

test('that of a serverless cache says so', async () => {
  const { secret } = await signing({ ...REFERENCE, serverless: true })();
  const query = { Action: 'connect', User: 'checkout', ResourceType: 'ServerlessCache' };
  expect(partsOf(secret).parameters).toEqual(signedParameters({ ...BY_HAND, query }));
});

test('the session of a role is part of what is signed, and every sign is escaped as it was signed', async () => {
  const sessionToken = "IQoJb3JpZ2luX2Vj/+=='()*!";
  const { secret } = await signing({ ...REFERENCE, userId: "o'hara (admin)*" }, { ...KEYS, sessionToken })();
  const query = { Action: 'connect', User: "o'hara (admin)*" };
  const expected = signedParameters({ ...BY_HAND, sessionToken, query });
  expect(partsOf(secret).parameters).toEqual(expected);
  expect(secret).toContain('User=o%27hara%20%28admin%29%2A');
});

test('another secret key, user or region makes another signature', async () => {
  const signatures = await Promise.all(
    [
      signing(REFERENCE),
      signing(REFERENCE, { ...KEYS, secretAccessKey: 'another' }),
      signing({ ...REFERENCE, userId: 'another' }),
      signing({ ...REFERENCE, region: 'eu-west-2' }),
    ].map(async (read) => partsOf((await read()).secret).parameters['X-Amz-Signature']),
  );
  expect(new Set(signatures).size).toBe(4);
});

test('it lives for 15 minutes, or as long as the credentials that sign it when they end earlier', async () => {
  expect(await signing(REFERENCE)()).toMatchObject({ expiresAtEpochMs: NOW + 900_000, lifetimeMs: 900_000 });
  const soon = await signing(REFERENCE, { ...KEYS, expiration: new Date(NOW + 60_000) })();
  expect(soon.expiresAtEpochMs).toBe(NOW + 60_000);
  const late = await signing(REFERENCE, { ...KEYS, expiration: new Date(NOW + 3_600_000) })();
  expect(late.expiresAtEpochMs).toBe(NOW + 900_000);
});

test('a profile that refers to it gets one with the credentials that the AWS CLI would use', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', KEYS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', KEYS.secretAccessKey);
  const { secret, expiresAtEpochMs = 0 } = await credentialReader(REFERENCE)();
  const { parameters } = partsOf(secret);
  const date = parameters['X-Amz-Date'] ?? '';
  expect(parameters).toEqual(signedParameters({ ...BY_HAND, date, query: { Action: 'connect', User: 'checkout' } }));
  expect(expiresAtEpochMs).toBeGreaterThan(Date.now() + 890_000);
});

test('without AWS credentials it is a sentence that says whose they should be', async () => {
  const libraries = async () => ({
    credentials: () => Promise.reject(new Error('Could not load credentials from any providers')),
    SignatureV4,
    HttpRequest,
    Sha256,
  });
  await expect(iamTokens(REFERENCE, libraries)()).rejects.toThrow(
    /^IAM_CREDENTIALS_MISSING: .*Could not load credentials from any providers\. Give this process a role/,
  );
});
