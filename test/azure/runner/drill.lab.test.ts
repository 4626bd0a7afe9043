/**
 * A rehearsal as the scheduled job starts it: the program of the container with the job's own arguments and environment. ARM, tokens
 * and blobs are stand-ins; the database is a lab's real processes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drillArguments, type RehearsalScenario } from '../../../lib/azure/rehearsal/scenarios.ts';
import { RUNNER_COMMAND } from '../../../lib/azure/runner/runner.ts';
import { EXIT, exitCodeOf } from '../../../lib/base/exit-codes.ts';
import { waitUntil } from '../../../lib/base/wait-until.ts';
import type { Lab } from '../../../lib/lab/lab.ts';
import { profileToEnvironment } from '../../../lib/profile/environment.ts';
import { readSecret } from '../../../lib/profile/secret.ts';
import { startAzureLab } from '../../control/azure/stand-in/lab.ts';
import { type AzureApiOptions, type AzureApiStandIn, startAzureApi } from '../../control/azure/stand-in/start.ts';
import { removeBaseDirectory } from '../../lab/support/lab.ts';
import { type CloudStandIn, type CloudStandInOptions, startCloudStandIn } from './identity-server.ts';

const ROOT = join(import.meta.dirname, '../../..');
const LOAD = ['--clients', 'redoubt', '--rate', '100', '--watch', '2s'];
let lab: Lab;
let api: AzureApiStandIn;
let program = '';
let password = '';

beforeAll(async () => {
  lab = await startAzureLab();
  password = await readSecret(lab.profile.authentication.secret);
  const { bin } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { bin: Record<string, string> };
  // What the package installs under that name, from the checkout.
  program = join(ROOT, (bin[RUNNER_COMMAND[0]] ?? '').replace(/^dist\//, '').replace(/\.js$/, '.ts'));
}, 60_000);
beforeEach(async () => {
  await useApi({});
});
afterEach(async () => {
  await api?.close();
});
afterAll(async () => {
  await lab?.stop();
  if (lab !== undefined) removeBaseDirectory(dirname(lab.runDirectory));
});

async function useApi(options: Partial<AzureApiOptions>): Promise<void> {
  await api?.close();
  api = await startAzureApi({ lab, ...options });
}

interface Rehearsal {
  readonly scenario?: RehearsalScenario;
  readonly iMean?: string | undefined;
  readonly cloud?: CloudStandInOptions;
  readonly options?: readonly string[];
}

interface Running {
  readonly child: ChildProcess;
  readonly cloud: CloudStandIn;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }>;
}

async function begin({
  scenario = 'access-key-toggle',
  cloud: wanted,
  options = [],
  ...rest
}: Rehearsal): Promise<Running> {
  const cloud = await startCloudStandIn({ known: { [api.endpoint]: await api.token() }, ...wanted });
  const iMean = 'iMean' in rest ? rest.iMean : lab.profile.deployment;
  const { resourceId: clusterId, endpoint: azureEndpoint } = api;
  const where = { clusterId, azureEndpoint, watchMinutes: 1 };
  const drill = drillArguments({ ...where, scenario, iMean, options: [...LOAD, ...options] });
  const authentication = {
    ...lab.profile.authentication,
    secret: { kind: 'environment', variable: 'REDIS_PASSWORD' } as const,
  };
  const environment = {
    ...profileToEnvironment({ ...lab.profile, authentication }),
    ...cloud.environment,
    REDIS_PASSWORD: password,
  };
  const child = spawn(process.execPath, [program, '--keep-in', cloud.containerUrl, ...drill], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk) => (text[name] += String(chunk)));
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number | null, ...text }));
  return { child, cloud, ended };
}

async function rehearse(rehearsal: Rehearsal) {
  const { cloud, ended } = await begin(rehearsal);
  return { cloud, ...(await ended) };
}

function keptReport({ blobs }: CloudStandIn) {
  const [name = ''] = Object.keys(blobs).filter((path) => path.endsWith('/report.json'));
  return JSON.parse(blobs[name] ?? 'null');
}

const changesAsked = () => api.calls.filter((call) => /Create|Update|upgrade/i.test(call));

describe('a rehearsal in the container', () => {
  it('disturbs what it was told to, passes, and keeps the report, the page and the history', {
    timeout: 120_000,
  }, async () => {
    const before = api.database.properties?.accessKeysAuthentication;
    const { exitCode, stdout, stderr, cloud } = await rehearse({});
    expect(exitCode, stdout + stderr).toBe(exitCodeOf('pass'));
    expect(keptReport(cloud)).toMatchObject({
      verdict: 'pass',
      deployment: lab.profile.deployment,
      drills: [{ scenario: 'access-key-toggle', verdict: 'pass', proof: { faultHappened: true } }],
    });
    const kinds = Object.keys(cloud.blobs).map((name) => name.split('/').at(-1));
    expect(kinds).toEqual(expect.arrayContaining(['report.json', 'report.html']));
    expect(kinds.some((name) => name?.endsWith('.history.json'))).toBe(true);
    expect(changesAsked()).toEqual(['Databases_Create', 'Databases_Create']);
    expect(api.database.properties?.accessKeysAuthentication).toBe(before);
    expect(new Set(cloud.tokens)).toEqual(new Set([`${api.endpoint} runner`, 'https://storage.azure.com runner']));
    for (const text of [stdout, stderr, ...Object.values(cloud.blobs)]) {
      for (const secret of [password, await api.token()]) expect(text).not.toContain(secret);
    }
  });

  it('ends with 1 when a budget is broken, and keeps the report that says so', { timeout: 120_000 }, async () => {
    const strict = join(dirname(lab.runDirectory), 'strict.json');
    const { deployment: name } = lab.profile;
    const budgets = { slowestAnswerMs: 1 };
    await writeFile(strict, JSON.stringify({ name, description: 'Strict.', topology: lab.topology, budgets }));
    const { exitCode, cloud, stderr } = await rehearse({ options: ['--deployment', strict] });
    expect(exitCode, stderr).toBe(exitCodeOf('fail'));
    expect(keptReport(cloud)).toMatchObject({ verdict: 'fail', drills: [{ verdict: 'fail' }] });
  });

  it('that nobody meant asks for nothing, says what to add, and ends with 2', { timeout: 60_000 }, async () => {
    const { exitCode, stdout, stderr } = await rehearse({ iMean: undefined });
    const sentence = new RegExp(`OPERATION_NOT_MEANT: .*add: --i-mean ${lab.profile.deployment}`);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(sentence);
    expect(stderr).toMatch(sentence);
    expect(exitCode).toBe(exitCodeOf('unknown'));
    expect(changesAsked()).toEqual([]);
  });

  it('whose identity may not change the database says which right is missing, and ends with 2', {
    timeout: 60_000,
  }, async () => {
    await useApi({ denied: ['Databases_Create'] });
    const { exitCode, stdout, stderr } = await rehearse({});
    expect(stdout + stderr).toMatch(/AZURE_FORBIDDEN/);
    expect(exitCode).toBe(exitCodeOf('unknown'));
  });

  it('that cannot keep its report does not pass, and says which files are lost', { timeout: 120_000 }, async () => {
    const { exitCode, stderr } = await rehearse({ cloud: { refuseBlobs: true } });
    expect(stderr).toMatch(/REPORTS_NOT_KEPT: .*report\.json \(answered 403 AuthorizationPermissionMismatch\)/);
    expect(exitCode).toBe(EXIT.internal);
  });

  it('that is stopped in the middle puts back what it has changed', { timeout: 120_000 }, async () => {
    const before = api.database.properties?.accessKeysAuthentication;
    const { child, ended } = await begin({});
    await waitUntil({
      what: 'the first switch',
      timeoutMs: 60_000,
      everyMs: 10,
      probe: () => (api.database.properties?.accessKeysAuthentication === before ? undefined : true),
    });
    child.kill('SIGTERM');
    const { exitCode, stderr } = await ended;
    expect(exitCode, stderr).toBe(EXIT.interrupted);
    expect(api.database.properties).toMatchObject({
      accessKeysAuthentication: before,
      provisioningState: 'Succeeded',
    });
  });

  it('that only watches needs no right to change anything, and passes when nothing happened', {
    timeout: 120_000,
  }, async () => {
    const { exitCode, stdout, stderr, cloud } = await rehearse({ scenario: 'watch-maintenance' });
    expect(exitCode, stdout + stderr).toBe(exitCodeOf('pass'));
    expect(keptReport(cloud)).toMatchObject({ drills: [{ scenario: 'watch-maintenance' }] });
    expect(api.calls).toEqual([]);
  });
});
