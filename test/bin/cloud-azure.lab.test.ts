/** `redoubt drift` and `redoubt drill` of a database in Azure, as a user types them; ARM and `az` are stand-ins before a lab's real processes. */
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../lib/base/exit-codes.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import { startAzureLab, topologyWithPort, USER } from '../control/azure/stand-in/lab.ts';
import { type AzureApiStandIn, startAzureApi } from '../control/azure/stand-in/start.ts';
import { removeBaseDirectory } from '../lab/support/lab.ts';
import { type Ended, redoubt } from './program.ts';

let directory = '';
let lab: Lab;
let api: AzureApiStandIn;
let profile = '';
let deployment = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-cloud-azure-'));
  lab = await startAzureLab();
  api = await startAzureApi({ lab, tags: { environment: 'production' } });
  profile = join(directory, 'production.json');
  await cp(lab.profilePath, profile);
  deployment = await deploymentFile(topologyWithPort(lab));
  await writeSignedInCommand(await api.token());
});
afterAll(async () => {
  await api?.close();
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
  await rm(directory, { recursive: true, force: true });
});

async function deploymentFile(topology: object): Promise<string> {
  const path = join(directory, `${crypto.randomUUID()}.json`);
  await writeFile(path, JSON.stringify({ name: lab.profile.deployment, description: 'As deployed.', topology }));
  return path;
}

/** `az account get-access-token` of somebody who is signed in. */
async function writeSignedInCommand(accessToken: string): Promise<void> {
  const expiresOn = new Date(Date.now() + 3_600_000).toISOString();
  const answer = JSON.stringify({ accessToken, expiresOn, tokenType: 'Bearer' });
  const path = join(directory, 'bin', 'az');
  await mkdir(dirname(path));
  await writeFile(path, `#!/bin/sh\nprintf '%s' '${answer}'\n`);
  await chmod(path, 0o755);
}

function run(words: readonly string[], signedIn = true): Promise<Ended> {
  const path = signedIn ? `${join(directory, 'bin')}${delimiter}${process.env.PATH}` : join(directory, 'empty');
  const environment = { PATH: path, AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential' };
  return redoubt(words, { environment, workingDirectory: directory });
}

const where = () => ['--azure', api.resourceId, '--azure-endpoint', api.endpoint];

test('a deployment that is as declared passes, field by field', async () => {
  const { exitCode, stdout, stderr } = await run(['drift', deployment, ...where(), '--profile', profile]);
  expect(exitCode, stdout + stderr).toBe(EXIT.pass);
  expect(stdout).toMatch(/verdict {2}✔ PASS {2}\d\d checks pass/);
});

test('what differs is named with both values, and fails', async () => {
  const other = await deploymentFile({ ...topologyWithPort(lab), evictionPolicy: 'AllKeysLRU' });
  const { exitCode, stdout } = await run(['drift', other, ...where(), '--format', 'json']);
  expect(exitCode).toBe(EXIT.fail);
  const { checks } = JSON.parse(stdout) as { checks: { verdict: string; message: string }[] };
  const drifts = checks.filter(({ verdict }) => verdict === 'fail').map(({ message }) => message);
  expect(drifts).toEqual([expect.stringMatching(/AllKeysLRU is declared, the API says VolatileLRU/)]);
});

describe('of the database of a Pulumi stack', () => {
  const asGiven = {
    accessKeys: false,
    publicNetworkAccess: false,
    encryptionKeyUrl: null,
    users: [{ objectId: USER, accessString: '+@all ~*' }],
  };

  async function compared(declared: object): Promise<{ exitCode: Ended['exitCode']; failing: string[] }> {
    const outputs = join(directory, `${crypto.randomUUID()}.json`);
    await writeFile(outputs, JSON.stringify({ declared: { clusterId: api.resourceId, ...declared } }));
    const source = ['--from-pulumi', 'prod', '--outputs-file', outputs, '--azure-endpoint', api.endpoint];
    const { exitCode, stdout, stderr } = await run(['drift', deployment, ...source, '--format', 'json']);
    expect(stdout, stderr).not.toBe('');
    const { checks } = JSON.parse(stdout) as { checks: { name: string; verdict: string }[] };
    return { exitCode, failing: checks.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name) };
  }

  test('the database is found, and passes with all that its program gave it', async () => {
    expect(await compared(asGiven)).toEqual({ exitCode: EXIT.pass, failing: [] });
  });

  test.each([
    ['access-keys', { accessKeys: true }],
    ['public-network-access', { publicNetworkAccess: true }],
    ['customer-managed-key', { encryptionKeyUrl: 'https://v.vault.azure.net/keys/redis/0123' }],
    ['access-policy-assignments', { users: [] }],
    ['access-strings', { users: [{ objectId: USER, accessString: '+@read ~cache:*' }] }],
  ])('%s that differs fails', async (name, change) => {
    expect(await compared({ ...asGiven, ...change })).toEqual({ exitCode: EXIT.fail, failing: [name] });
  });
});

test('nobody signed in is one sentence, without a stack trace', async () => {
  const { exitCode, stderr } = await run(['drift', deployment, ...where()], false);
  expect(stderr).toMatch(/AZURE_NOT_SIGNED_IN: /);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(exitCode).toBe(EXIT.unknown);
});

test.each<[string, string[], RegExp]>([
  ['an id that is none', ['drift', 'azure-oss', '--azure', 'orders'], /AZURE_RESOURCE_ID_INVALID/],
  [
    'an endpoint that would take the token in the clear',
    ['drift', 'azure-oss', '--azure', '/subscriptions/a', '--azure-endpoint', 'http://elsewhere.example'],
    /must be an https URL/,
  ],
  ['the other cloud', ['drift', 'elasticache', '--azure', 'orders'], /OTHER_CLOUD/],
])('%s ends with 64', async (_title, words, sentence) => {
  const ended = await run(words);
  expect(ended.stderr).toMatch(sentence);
  expect(ended).toMatchObject({ exitCode: EXIT.usage, stdout: '' });
});

test('nothing is asked of Azure that was not named', async () => {
  const ended = await run(['drill', ...where(), '--profile', profile]);
  expect(ended.stderr).toMatch(/SCENARIO_MISSING: .*access-key-toggle, sku-round-trip/);
  expect(ended.exitCode).toBe(EXIT.usage);
});

test('a plan says effect, cost and undo of each, and why it would be refused', async () => {
  const scenarios = ['--scenario', 'sku-round-trip,version-upgrade'];
  const { exitCode, stdout, stderr } = await run(['drill', ...where(), '--profile', profile, ...scenarios, '--plan']);
  expect(exitCode, stderr).toBe(EXIT.pass);
  expect(stdout.match(/^effect /gm)).toHaveLength(2);
  expect(stdout.match(/^cost /gm)).toHaveLength(2);
  expect(stdout.match(/^undo /gm)).toHaveLength(2);
  expect(stdout).toMatch(/refused +OPERATION_NOT_REVERSIBLE/);
  expect(stdout).toMatch(/refused +OPERATION_NOT_MEANT: sku-round-trip replaces every node/);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`add: --i-mean ${lab.profile.deployment}`);
  expect(stdout.match(/--i-mean/g)?.length).toBeGreaterThanOrEqual(3);
  expect(api.calls.filter((call) => /Create|Update|upgrade/i.test(call))).toEqual([]);
});

test('a drill really replaces every node and comes back to the size of before', async () => {
  const before = lab.nodes().map(({ host, port }) => `${host}:${port}`);
  const load = ['--clients', 'redoubt', '--rate', '100', '--watch', '4s', '--format', 'json'];
  const meant = ['--i-mean', lab.profile.deployment, '--scenario', 'sku-round-trip'];
  const { exitCode, stdout, stderr } = await run(['drill', ...where(), '--profile', profile, ...meant, ...load]);
  expect(exitCode, stderr + stdout).toBe(EXIT.pass);
  const [drill] = JSON.parse(stdout).drills;
  expect(drill).toMatchObject({ scenario: 'sku-round-trip', verdict: 'pass', proof: { faultHappened: true } });
  expect(drill.proof.evidence.join(' ')).toMatch(/None of the \d+ addresses of the start belongs to the deployment/);
  const after = new Set(lab.nodes().map(({ host, port }) => `${host}:${port}`));
  expect(before.filter((address) => after.has(address))).toEqual([]);
  expect(api.cluster.sku?.name).toBe('Balanced_B5');
});
