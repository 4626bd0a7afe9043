import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EXIT } from '../../lib/base/exit-codes.ts';
import { waitUntil } from '../../lib/base/wait-until.ts';
import { networkNamespaceProblem } from '../../lib/lab/network-namespace.ts';
import { startedProcesses, stillRunning } from './leftovers.ts';
import { type RunningProgram, redoubt, startProgram } from './program.ts';

let directory = '';
let labs = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-interruption-'));
  labs = join(directory, 'labs');
});
afterEach(async () => {
  await redoubt(['lab', 'down', '--all', '--base-directory', labs]);
  await rm(directory, { recursive: true, force: true });
});

const QUICK = ['--clients', 'redoubt', '--rate', '100', '--watch', '2s'];

/** The smallest deployment there is: the way out is the same, and it is there sooner. */
function rehearse(deployment = 'azure-oss-one-shard'): RunningProgram {
  const words = ['rehearse', deployment, ...QUICK, '--base-directory', labs, '--output', join(directory, 'results')];
  return startProgram(words);
}

async function saying(program: RunningProgram, text: RegExp): Promise<void> {
  const said = await waitUntil({
    what: `the program to say ${text}`,
    timeoutMs: 40_000,
    everyMs: 5,
    probe: () => text.test(program.stderr()) || (program.child.exitCode === null ? undefined : 'nothing more'),
    lastSeen: program.stderr,
  });
  if (said !== true) throw new Error(`It ended without saying ${text}: ${program.stderr()}${program.stdout()}`);
}

describe('Ctrl-C and SIGTERM end a rehearsal with 130 and leave nothing running, whatever it is at', () => {
  test.each<[NodeJS.Signals, string, RegExp]>([
    ['SIGINT', 'when it has hardly begun', /booting a lab \.\.\./],
    ['SIGTERM', 'while nodes boot', /starting \d nodes/],
    ['SIGINT', 'while it verifies', /verifying \.\.\./],
    ['SIGTERM', 'while clients connect', /connecting redoubt/],
    ['SIGINT', 'under load', /load: 100/],
    ['SIGTERM', 'when a role has just moved', /hands over/],
    ['SIGINT', 'when a node has just gone silent', /is gone \(silent\)/],
    ['SIGTERM', 'while it watches', /watching for/],
    ['SIGINT', 'while it heals', /healing what/],
  ])('%s %s', async (signal, _when, phase) => {
    const program = rehearse();
    await saying(program, phase);
    const started = await startedProcesses(labs, program.child.pid ?? 0);
    program.child.kill(signal);
    const { exitCode, stdout, stderr } = await program.ended;
    expect(stderr).toContain(`${signal}: healing and stopping`);
    expect(stderr).not.toContain('defect');
    expect({ exitCode, stdout }).toEqual({ exitCode: EXIT.interrupted, stdout: '' });
    expect(await stillRunning(started)).toEqual([]);
    expect(await readdir(labs)).toEqual([]);
  });
});

test('a second Ctrl-C stops at once, and still leaves nothing running', async () => {
  const program = rehearse('azure-oss');
  await saying(program, /is gone \(silent\)/);
  const started = await startedProcesses(labs, program.child.pid ?? 0);
  program.child.kill('SIGINT');
  await saying(program, /SIGINT: healing/);
  const again = setInterval(() => program.child.kill('SIGINT'), 100);
  const { exitCode } = await program.ended;
  clearInterval(again);
  expect(exitCode).toBe(EXIT.interrupted);
  expect(await stillRunning(started)).toEqual([]);
});

test('what a killed rehearsal leaves behind is shown as abandoned and cleared by lab down', async () => {
  const program = rehearse();
  await saying(program, /load: 100/);
  const started = await startedProcesses(labs, program.child.pid ?? 0);
  program.child.kill('SIGKILL');
  await program.ended;
  const status = (await redoubt(['lab', 'status', '--base-directory', labs])).stdout;
  expect(status).toMatch(/azure-oss-one-shard +abandoned/);
  expect(status).toContain('nobody owns it any more. redoubt lab down clears it');
  const verified = await redoubt(['verify', '--lab', 'azure-oss-one-shard', '--base-directory', labs]);
  expect(verified).toMatchObject({ exitCode: EXIT.usage, stderr: expect.stringContaining('is abandoned') });
  const down = await redoubt(['lab', 'down', '--base-directory', labs]);
  expect(down).toMatchObject({ exitCode: EXIT.pass, stdout: expect.stringMatching(/^cleared .*nobody owned/) });
  await waitUntil({
    what: 'every process of the killed rehearsal to end',
    timeoutMs: 10_000,
    everyMs: 50,
    probe: async () => ((await stillRunning(started)).length === 0 ? true : undefined),
  });
});

const namespaceProblem = await networkNamespaceProblem();

test('what runs inside a network namespace ends when the command outside is killed', async ({ skip }) => {
  if (namespaceProblem !== undefined) skip(namespaceProblem);
  const program = startProgram(['lab', 'up', 'azure-nocluster', '--network-namespace', '--base-directory', labs]);
  await waitUntil({
    what: 'the lab',
    timeoutMs: 20_000,
    everyMs: 20,
    probe: () => /stop it +Ctrl-C/.test(program.stdout()) || undefined,
  });
  const started = await startedProcesses(labs, program.child.pid ?? 0);
  expect(started.length).toBeGreaterThanOrEqual(2);
  program.child.kill('SIGKILL');
  await waitUntil({
    what: 'everything inside to end',
    timeoutMs: 10_000,
    everyMs: 50,
    probe: async () => ((await stillRunning(started)).length === 0 ? true : undefined),
  });
  expect(await readdir(labs)).toEqual([]);
});

test('a lab in the foreground ends with Ctrl-C', async () => {
  const program = startProgram(['lab', 'up', 'azure-nocluster', '--base-directory', labs]);
  await waitUntil({
    what: 'the lab',
    timeoutMs: 20_000,
    everyMs: 20,
    probe: () => /stop it +Ctrl-C/.test(program.stdout()) || undefined,
  });
  const started = await startedProcesses(labs, program.child.pid ?? 0);
  expect(started.length).toBeGreaterThanOrEqual(2);
  program.child.kill('SIGINT');
  expect((await program.ended).exitCode).toBe(EXIT.interrupted);
  expect(await stillRunning(started)).toEqual([]);
});

test('a lab in the foreground that is stopped from elsewhere says so and ends well', async () => {
  const program = startProgram(['lab', 'up', 'azure-nocluster', '--base-directory', labs]);
  await waitUntil({
    what: 'the lab',
    timeoutMs: 20_000,
    everyMs: 20,
    probe: () => /stop it +Ctrl-C/.test(program.stdout()) || undefined,
  });
  await redoubt(['lab', 'down', 'azure-nocluster', '--base-directory', labs]);
  const { exitCode, stderr } = await program.ended;
  expect(stderr).toContain('stopped from elsewhere');
  expect(exitCode).toBe(EXIT.pass);
});
