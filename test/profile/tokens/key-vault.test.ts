import { afterEach, describe, expect, test, vi } from 'vitest';
import { credentialReader } from '../../../lib/profile/secret.ts';
import { readVaultSecret, vaultScopeOf, writeVaultSecret } from '../../../lib/profile/tokens/key-vault.ts';
import { type KeyVaultStandIn, type Refusal, startKeyVault } from './key-vault-stand-in.ts';

const KEY = 'theAccessKeyThatNobodyMaySee';

afterEach(() => {
  vi.unstubAllEnvs();
});

function readerOf(vault: KeyVaultStandIn, secretName = 'sessions-key') {
  for (const [name, value] of Object.entries(vault.environment)) vi.stubEnv(name, value);
  return credentialReader({
    kind: 'azure-key-vault',
    vaultUrl: vault.vaultUrl,
    secretName,
    managedIdentityClientId: 'runner',
  });
}

const placeOf = ({ vaultUrl, token }: KeyVaultStandIn, secretName = 'sessions-key') => ({
  vaultUrl,
  secretName,
  token,
});

describe('a secret in Azure Key Vault', () => {
  test('is read with a token of the identity, and every time anew: its newest version', async () => {
    const vault = await startKeyVault({ 'sessions-key': 'former' });
    const read = readerOf(vault);
    expect(await read()).toEqual({ secret: 'former' });
    await writeVaultSecret(placeOf(vault), { value: KEY, contentType: 'a key', tags: { which: 'Secondary' } });
    expect(await read()).toEqual({ secret: KEY });
    expect(vault.versions['sessions-key']?.at(-1)).toMatchObject({
      contentType: 'a key',
      tags: { which: 'Secondary' },
    });
  });

  test('that is not there, or empty, is a sentence', async () => {
    const vault = await startKeyVault({ 'sessions-key': '' });
    await expect(readerOf(vault)()).rejects.toThrow(/^KEY_VAULT_SECRET_MISSING: .*"sessions-key" is empty/);
    await expect(readerOf(vault, 'other')()).rejects.toThrow(/^KEY_VAULT_SECRET_MISSING: .*"other" is not/);
    expect(await readVaultSecret(placeOf(vault, 'other'))).toBeUndefined();
  });

  test('shows when its newest version was made', async () => {
    const vault = await startKeyVault({ 'sessions-key': KEY });
    vault.age('sessions-key', 2);
    const { createdAtEpochMs = 0 } = (await readVaultSecret(placeOf(vault))) ?? {};
    expect(Math.round((Date.now() - createdAtEpochMs) / 3_600_000)).toBe(2);
  });

  test.each<[string, Refusal, RegExp]>([
    [
      'a missing role',
      { status: 403, code: 'Forbidden', inner: 'ForbiddenByRbac' },
      /^KEY_VAULT_FORBIDDEN: GET of the secret "sessions-key" .*403: Forbidden \(ForbiddenByRbac\): Refused by the vault\. Give the identity a role/,
    ],
    [
      'a disabled version',
      { status: 403, code: 'Forbidden', inner: 'SecretDisabled' },
      /^KEY_VAULT_FORBIDDEN: .*SecretDisabled.*enable the version/,
    ],
    ['too many requests', { status: 429, code: 'Throttled' }, /^KEY_VAULT_THROTTLED: /],
    ['a fault of the service', { status: 500, code: 'InternalError' }, /^KEY_VAULT_FAILED: .*500: InternalError/],
    ['no answer', 'silent', /^KEY_VAULT_UNREACHABLE: .*no answer \(.*private endpoint or firewall/],
  ])('%s is a sentence', async (_, refusal, sentence) => {
    const vault = await startKeyVault({ 'sessions-key': KEY });
    vault.refuseNext('GET', refusal);
    await expect(readerOf(vault)()).rejects.toThrow(sentence);
  });

  test('nor is the key in the sentence about an answer that is the bare key', async () => {
    const vault = await startKeyVault({ 'sessions-key': KEY });
    vault.refuseNext('GET', 'bare');
    const { message } = await readerOf(vault)().then(
      () => new Error(''),
      (error: Error) => error,
    );
    expect(message).toMatch(/^KEY_VAULT_FAILED: GET of the secret .*something other than JSON/);
    expect(message).not.toContain(KEY.slice(0, 5));
  });

  test('neither key nor token is in the sentence of a write that fails', async () => {
    const vault = await startKeyVault();
    vault.refuseNext('PUT', { status: 403, code: 'Forbidden', inner: 'ForbiddenByFirewall' });
    const write = writeVaultSecret(placeOf(vault), { value: KEY, contentType: '', tags: {} });
    const { message } = await write.then(
      () => new Error(''),
      (error: Error) => error,
    );
    expect(message).toMatch(/^KEY_VAULT_FORBIDDEN: PUT of the secret/);
    expect(message).not.toMatch(new RegExp(`${KEY}|${await vault.token()}`));
  });

  test('a token for something else is refused, and the sentence says so', async () => {
    const vault = await startKeyVault({ 'sessions-key': KEY });
    const place = { ...placeOf(vault), token: async () => 'tokenFor:https://redis.azure.com' };
    await expect(readVaultSecret(place)).rejects.toThrow(/^KEY_VAULT_TOKEN_REFUSED: .*AKV10022/);
  });

  test.each([
    ['https://shop.vault.azure.net', 'https://vault.azure.net/.default'],
    ['https://shop.vault.usgovcloudapi.net', 'https://vault.usgovcloudapi.net/.default'],
    ['https://shop.vault.azure.cn', 'https://vault.azure.cn/.default'],
  ])('the token for %s is for %s, whatever an answer asks for', (vaultUrl, scope) => {
    expect(vaultScopeOf(vaultUrl)).toBe(scope);
  });
});
