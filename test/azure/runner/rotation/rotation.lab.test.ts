/** The program of the container rotates the key of a lab, whose ACL is changed as the service changes it, under a client that works all the while. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { signInWith } from '../../../../lib/azure/runner/rotation/sign-in.ts';
import { connect } from '../../../../lib/client/connect.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import { profileToEnvironment } from '../../../../lib/profile/environment.ts';
import type { ConnectionProfile } from '../../../../lib/profile/profile.ts';
import { type Outcome, steadyLoad } from '../../../client/support/steady-load.ts';
import { startAzureLab } from '../../../control/azure/stand-in/lab.ts';
import { dropConnections } from '../../../control/azure/stand-in/lab-changes.ts';
import { type AzureApiStandIn, faults, startAzureApi } from '../../../control/azure/stand-in/start.ts';
import { ask, doorOf } from '../../../lab/support/ask.ts';
import { removeBaseDirectory } from '../../../lab/support/lab.ts';
import { type KeyVaultStandIn, startKeyVault } from '../../../profile/tokens/key-vault-stand-in.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../../lib/azure/runner/main.ts');
const SECRET = 'orders-key';
let lab: Lab;
let api: AzureApiStandIn;
let vault: KeyVaultStandIn;

beforeAll(async () => {
  lab = await startAzureLab({ authentication: { kind: 'access-key' } });
  // One for all tests: what the keys are is known to it alone.
  api = await startAzureApi({ lab, tokenFor: (endpoint) => `tokenFor:${endpoint}` });
}, 60_000);
beforeEach(async () => {
  vault = await startKeyVault();
  for (const [name, value] of Object.entries(vault.environment)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await api?.close();
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
});

/** As the component hands it over. */
const byReference = (): ConnectionProfile => ({
  ...lab.profile,
  authentication: {
    secret: {
      kind: 'azure-key-vault',
      vaultUrl: vault.vaultUrl,
      secretName: SECRET,
      managedIdentityClientId: 'runner',
    },
  },
});

async function rotateKey() {
  const where = ['--cluster', api.resourceId, '--vault', vault.vaultUrl, '--secret', SECRET];
  const child = spawn(process.execPath, [PROGRAM, 'rotate-key', ...where, '--azure-endpoint', api.endpoint], {
    env: { PATH: process.env.PATH, ...profileToEnvironment(byReference()), ...vault.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 90_000,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  await api.idle();
  return { exitCode, text };
}

/** A day later. */
async function nextRotation() {
  vault.age(SECRET, 25);
  return rotateKey();
}

const held = () => vault.versions[SECRET]?.at(-1)?.value ?? '';

async function lets(key: string): Promise<boolean> {
  const [node] = lab.nodes();
  const [reply] = await ask(doorOf(lab, node as { host: string; port: number }), [['AUTH', key]]);
  return reply === 'OK';
}

test('three rotations under load fail nothing: the client reads each key by reference', {
  timeout: 180_000,
}, async () => {
  expect(await rotateKey()).toMatchObject({ exitCode: 0, text: expect.stringContaining('The vault held no key yet') });
  const first = held();
  const client = await connect(byReference(), { log: 'silent' });
  const load = steadyLoad(client);
  let written: Outcome | undefined;
  const keys = [first];
  const said: string[] = [];
  try {
    for (let round = 0; round < 3; round += 1) {
      const { exitCode, text } = await nextRotation();
      expect(exitCode, text).toBe(0);
      said.push(text);
      keys.push(held());
      // Everybody signs in again, as after a maintenance; the former key goes on working until the next run.
      await dropConnections(lab);
      await client.set('rotation:after', String(round));
      expect([await lets(keys.at(-1) ?? ''), await lets(keys.at(-2) ?? '')]).toEqual([true, true]);
    }
  } finally {
    written = await load.stop();
    client.disconnect();
  }
  expect(written.failures).toEqual([]);
  expect(written.attempted).toBeGreaterThan(100);
  expect(new Set(keys).size).toBe(4);
  expect(await lets(first)).toBe(false);
  for (const key of keys) expect(said.join('\n')).not.toContain(key);
});

test('a run that comes too soon passes and changes nothing', { timeout: 60_000 }, async () => {
  await rotateKey();
  const key = held();
  const asked = api.calls.length;
  expect(await rotateKey()).toMatchObject({ exitCode: 0, text: expect.stringContaining('Nothing is done before') });
  expect([held(), api.calls.slice(asked)]).toEqual([key, expect.not.arrayContaining(['Databases_RegenerateKey'])]);
});

describe('the login with a new key', () => {
  const limits = { timeoutMs: 300, everyMs: 50 };
  const key = async () => {
    const url = `${api.endpoint}${api.resourceId}/databases/default/listKeys?api-version=2025-07-01`;
    const headers = { authorization: `Bearer ${await api.token()}` };
    const { primaryKey } = (await (await fetch(url, { method: 'POST', headers })).json()) as { primaryKey: string };
    return primaryKey;
  };

  test('passes for one that the database takes', async () => {
    await expect(signInWith(lab.profile, await key(), { ...limits, timeoutMs: 5_000 })).resolves.toBeUndefined();
  });

  test('fails for one that it does not take, with what it said and without the key', async () => {
    const { message } = await signInWith(lab.profile, 'aKeyThatNobodyMaySee', limits).then(
      () => new Error(''),
      (error: Error) => error,
    );
    expect(message).toMatch(/^KEY_NOT_TAKEN: The database does not let the key in\. .*WRONGPASS/);
    expect(message).not.toContain('aKeyThatNobodyMaySee');
  });

  test('is verified: a server with a name of its own is not given the key', async () => {
    const elsewhere = { ...lab.profile, tls: { ...lab.profile.tls, serverName: 'elsewhere.example' } };
    await expect(signInWith(elsewhere, await key(), limits)).rejects.toThrow(
      /KEY_NOT_TAKEN: .*(altnames|does not match)/,
    );
  });

  test('to a place where nobody listens says so', async () => {
    const nowhere = { ...lab.profile, endpoint: { host: '127.0.0.1', port: 1 } };
    await expect(signInWith(nowhere, await key(), limits)).rejects.toThrow(/KEY_NOT_TAKEN: .*(ECONNREFUSED|connect)/);
  });
});

describe('a rotation that goes wrong leaves a key that works, says so, and the next run ends it:', () => {
  test.each<[string, () => void, number, RegExp]>([
    [
      'Azure may not be asked for a new key',
      () => api.failNext('Databases_RegenerateKey', faults.forbidden('regenerateKey', api.resourceId)),
      1,
      /AZURE_FORBIDDEN: .*regenerateKey/,
    ],
    [
      'Azure accepts the change and it fails',
      () => api.nextChange('fails'),
      1,
      /AZURE_OPERATION_FAILED: .*No capacity/,
    ],
    [
      'the vault refuses the new key',
      () => vault.refuseNext('PUT', { status: 403, code: 'Forbidden', inner: 'ForbiddenByRbac' }),
      1,
      /KEY_VAULT_FORBIDDEN: PUT .*\nKEY_ROTATION_UNFINISHED: .*made anew and is not in the vault/,
    ],
    ['the vault does not answer', () => vault.refuseNext('GET', 'silent'), 1, /KEY_VAULT_UNREACHABLE: GET/],
    [
      "Azure's answer gets lost, and the change is made",
      () => api.failNext('Databases_RegenerateKey', 'lost'),
      0,
      /was made anew/,
    ],
    ["the vault's answer gets lost, and the key is there", () => vault.refuseNext('PUT', 'lost'), 0, /was made anew/],
  ])('%s', { timeout: 120_000 }, async (_, disturb, exitCode, sentence) => {
    await rotateKey();
    disturb();
    const run = await nextRotation();
    expect(run, run.text).toMatchObject({ exitCode, text: expect.stringMatching(sentence) });
    const key = held();
    expect(run.text).not.toContain(key);
    expect(await lets(key)).toBe(true);
    const next = await nextRotation();
    expect(next, next.text).toMatchObject({ exitCode: 0, text: expect.stringContaining('was made anew') });
    expect(held()).not.toBe(key);
    expect([await lets(held()), await lets(key)]).toEqual([true, true]);
  });
});
