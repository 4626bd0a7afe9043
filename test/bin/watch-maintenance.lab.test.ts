/** `redoubt drill --watch-maintenance`, of a deployment of which nothing is known but its profile. */
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deploymentNamed } from '../../deployments/index.ts';
import { EXIT } from '../../lib/base/exit-codes.ts';
import { waitUntil } from '../../lib/base/wait-until.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import { startLab } from '../../lib/lab/start.ts';
import { type RunningProgram, redoubt, startProgram } from './program.ts';

let directory = '';
let lab: Lab;
let profile = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-watch-'));
  const { name: deployment, topology } = deploymentNamed('azure-oss-one-shard');
  lab = await startLab({ deployment, topology, baseDirectory: join(directory, 'labs'), detached: false });
  profile = join(directory, 'production.json');
  await cp(lab.profilePath, profile);
});
afterAll(async () => {
  await lab?.stop();
  await rm(directory, { recursive: true, force: true });
});

function watching(window: string): RunningProgram {
  const output = join(directory, 'results');
  return startProgram([
    'drill',
    '--profile',
    profile,
    '--watch-maintenance',
    window,
    '--watch',
    '3s',
    '--output',
    output,
  ]);
}

async function saying(program: RunningProgram, text: RegExp): Promise<void> {
  await waitUntil({
    what: `the program to say ${text}`,
    timeoutMs: 40_000,
    everyMs: 10,
    probe: () => text.test(program.stderr()) || undefined,
    lastSeen: program.stderr,
  });
}

test('Ctrl-C ends a watch of hours early, and what was seen is reported', async () => {
  const program = watching('6h');
  await saying(program, /waiting for a maintenance, for 21600 s/);
  const [shard] = (await lab.serverView()).shards;
  const fresh = await lab.addReplica(0);
  await lab.promote(fresh.id);
  await lab.retire(shard?.primaryNodeId ?? '', 'closed');
  await saying(program, /shard 1: .* is the primary/);
  program.child.kill('SIGINT');
  const { exitCode, stdout, stderr } = await program.ended;
  expect(stderr).toContain('SIGINT: the watch ends here, and what was seen is reported');
  expect(exitCode, stderr + stdout).toBe(EXIT.pass);
  expect(stdout).toMatch(/watch-maintenance +.*PASS/);
  const report = JSON.parse(await readFile(join(directory, 'results', 'latest', 'report.json'), 'utf8'));
  expect(report.drills[0].load.ratePerSecond).toBe(20);
  expect(report.drills[0].proof.evidence.join(' ')).toMatch(/the primary moved from/);
});

test('the second Ctrl-C gives up: 130, and nothing is reported', async () => {
  const program = watching('6h');
  await saying(program, /waiting for a maintenance/);
  program.child.kill('SIGINT');
  await saying(program, /the watch ends here/);
  await saying(program, /watching for 3 s/);
  const again = setInterval(() => program.child.kill('SIGINT'), 100);
  const { exitCode, stdout } = await program.ended;
  clearInterval(again);
  expect({ exitCode, stdout }).toEqual({ exitCode: EXIT.interrupted, stdout: '' });
});

test('a window in which nothing happened is unknown, and says so', async () => {
  const { exitCode, stdout } = await watching('3s').ended;
  expect(exitCode).toBe(EXIT.unknown);
  expect(stdout).toMatch(
    /nothing happened.*\n[\s\S]*Nothing happened while it was watched: no\s+role moved[\s\S]*NOTHING_HAPPENED/,
  );
});

test('what needs a lab or a cloud is refused with the reason', async () => {
  const ended = await redoubt(['drill', '--profile', profile, '--scenario', 'crash-primary,test-failover']);
  expect(ended.exitCode).toBe(EXIT.usage);
  expect(ended.stderr).toMatch(/CAPABILITY_MISSING: "kill" can be done to a lab only/);
  expect(ended.stderr).toMatch(/CAPABILITY_MISSING: "test-failover" is asked of a cloud/);
});

test('a plan says what would happen and does nothing', async () => {
  const ended = await redoubt(['drill', '--profile', profile, '--watch-maintenance', '2h', '--plan']);
  expect(ended.exitCode, ended.stderr).toBe(EXIT.pass);
  expect(ended.stdout).toMatch(/scenario {4}watch-maintenance \(planned\)/);
  expect(ended.stdout).toMatch(/nothing has been done\n$/);
});
