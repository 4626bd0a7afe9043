/** The program of the container, on a lab in place of the service; tokens and blobs come from a stand-in of this test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lab } from '../../../lib/lab/lab.ts';
import { profileToEnvironment } from '../../../lib/profile/environment.ts';
import { ENTRA_SCOPE, type SecretReference } from '../../../lib/profile/profile.ts';
import { readSecret } from '../../../lib/profile/secret.ts';
import { AZURE_OSS, newBaseDirectory, removeBaseDirectory, startTestLab } from '../../lab/support/lab.ts';
import { OBJECT_ID } from '../arguments.ts';
import { startCloudStandIn } from './identity-server.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../lib/azure/runner/main.ts');
const baseDirectory = newBaseDirectory();
let lab: Lab;

beforeAll(async () => {
  lab = await startTestLab({ ...AZURE_OSS, sku: 'Balanced_B0', shardCount: 1 }, { baseDirectory });
}, 60_000);

afterAll(async () => {
  await lab?.stop();
  removeBaseDirectory(baseDirectory);
});

async function runner(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk) => (text[name] += String(chunk)));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, ...text };
}

/** The lab's profile as the component hands it over: with an access key in a variable, or with a token of the identity. */
function labEnvironment(
  secret: SecretReference = { kind: 'environment', variable: 'REDIS_PASSWORD' },
): Record<string, string> {
  return profileToEnvironment({ ...lab.profile, authentication: { ...lab.profile.authentication, secret } });
}

const TOKEN: SecretReference = { kind: 'azure-entra', scope: ENTRA_SCOPE, managedIdentityClientId: 'runner' };
const VERIFY = ['verify', '--format', 'json'];

describe('the program of the container', () => {
  it('verifies with the credential that it was given, passes, and keeps the report', { timeout: 60_000 }, async () => {
    const cloud = await startCloudStandIn();
    const REDIS_PASSWORD = await readSecret(lab.profile.authentication.secret);
    const environment = { ...labEnvironment(), ...cloud.environment, REDIS_PASSWORD };
    const { exitCode, stdout } = await runner(['--keep-in', cloud.containerUrl, ...VERIFY], environment);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass' });
    expect(cloud.tokens).toEqual(['https://storage.azure.com runner']);
    expect(JSON.parse(cloud.blobs['verify.json'] ?? '')).toMatchObject({ verdict: 'pass' });
  });

  it('logs in with a token of its identity, and fails where that is refused', {
    timeout: 60_000,
  }, async () => {
    const cloud = await startCloudStandIn();
    const { exitCode, stdout, stderr } = await runner(VERIFY, {
      ...labEnvironment(TOKEN),
      REDIS_USERNAME: OBJECT_ID,
      ...cloud.environment,
    });
    expect(exitCode).toBe(1);
    expect(cloud.tokens).toEqual(['https://redis.azure.com runner']);
    expect(stdout).toContain('ENDPOINT_CREDENTIAL_REFUSED');
    expect(stdout + stderr).not.toContain('tokenFor:');
  });

  it('does not pass when the report cannot be kept', { timeout: 60_000 }, async () => {
    const cloud = await startCloudStandIn({ refuseBlobs: true });
    const REDIS_PASSWORD = await readSecret(lab.profile.authentication.secret);
    const environment = { ...labEnvironment(), ...cloud.environment, REDIS_PASSWORD };
    const { exitCode, stderr } = await runner(['--keep-in', cloud.containerUrl, ...VERIFY], environment);
    expect(exitCode).toBe(70);
    expect(stderr).toMatch(/REPORTS_NOT_KEPT.*AuthorizationPermissionMismatch/);
  });

  it.each([
    [[], 64, /RUNNER_USAGE: The command is ""/],
    [['lab', 'up'], 64, /RUNNER_USAGE: The command is "lab"/],
    [['--keep-in', 'shop', 'verify'], 64, /RUNNER_USAGE: --keep-in is "shop"/],
    [['verify'], 70, /REDIS_ADDRESS/],
    [['rotate-key'], 64, /RUNNER_USAGE: .*--cluster, --vault and --secret are needed/],
    [
      ['rotate-key', '--cluster', 'c', '--secret', 's', '--vault', 'https://elsewhere.example'],
      64,
      /--vault is "https:/,
    ],
    [['rotate-key', '--key', 'k'], 64, /RUNNER_USAGE: rotate-key cannot be run: Unknown option '--key'/],
  ] as const)('says what is wrong with %o and no profile', { timeout: 30_000 }, async (args, code, sentence) => {
    const { exitCode, stderr } = await runner(args, {});
    expect(exitCode).toBe(code);
    expect(stderr).toMatch(sentence);
  });
});
