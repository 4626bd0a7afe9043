/** Drills in which something breaks that the drill did not break: never a verdict about the client, and nothing is left behind. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import { drillClock } from '../../lib/drill/clock.ts';
import { lookAtServers, startObserver } from '../../lib/drill/observer.ts';
import { labTarget } from '../../lib/drill/targets/lab.ts';
import { listLabs } from '../../lib/lab/sweep.ts';
import { startedProcesses } from '../bin/leftovers.ts';
import { atPoint, DrillLab } from './drill-lab.ts';

let drills: DrillLab;

beforeAll(async () => {
  drills = await DrillLab.start();
});

afterAll(async () => {
  await drills?.stop();
});

test('a client’s process that is killed under load makes the verdict unknown, and its keys are taken away', async () => {
  const killed = atPoint('is busy', async () => {
    const workers = (await startedProcesses(join(drills.directory, 'labs'), process.pid)).filter(({ identity }) =>
      identity.includes('drill/clients/worker'),
    );
    expect(workers).toHaveLength(1);
    for (const { pid } of workers) process.kill(pid, 'SIGKILL');
  });
  const { history, result } = await drills.drill({
    scenario: 'busy-primary',
    watchMs: 1_000,
    progress: killed.progress,
  });
  await killed.done();
  expect(result.verdict).toBe('unknown');
  expect(result.clients[0]?.findings.map(({ code }) => code)).toEqual(['CLIENT_PROCESS_BROKEN']);
  expect(result.clients[0]).toMatchObject({ lostAcknowledgedWrites: null, writesAppliedTwice: null });
  expect(history.clients[0]?.broken).toContain('SIGKILL');
  expect(await drills.keysLeft()).toEqual([]);
  expect(await readdir(join(drills.directory, 'out'))).toEqual([result.historyFile]);
});

test('a server that ends by itself makes the verdict unknown, says which, and is there again afterwards', async () => {
  const { primary } = await drills.victim(1);
  const died = atPoint('watching', async () => {
    const other = drills.lab.nodes().find(({ shardIndex }) => shardIndex !== primary.shardIndex);
    if (other === undefined) throw new Error('The lab of this test has several shards.');
    process.kill(other.pid, 'SIGKILL');
  });
  const { result } = await drills.drill({ scenario: 'busy-primary', watchMs: 1_000, progress: died.progress });
  await died.done();
  expect(result).toMatchObject({ verdict: 'unknown', proof: { faultHappened: true, loadRan: true } });
  expect(result.proof.gaps?.map(({ code }) => code)).toEqual(['SCENARIO_INCOMPLETE']);
  expect(result.proof.evidence[0]).toMatch(
    /The scenario was not carried through: .*node-\d+ .*not because of this drill/,
  );
  await waitUntil({
    what: 'every node to be a healthy member again',
    timeoutMs: 15_000,
    everyMs: 100,
    probe: async () => {
      const { shards } = await drills.lab.serverView();
      return shards.length === 3 && shards.every(({ replicaNodeIds }) => replicaNodeIds.length === 1)
        ? true
        : undefined;
    },
  });
  expect(await drills.keysLeft()).toEqual([]);
});

test.each(['load ends', 'healing what', 'reading every key'])(
  'a drill that is interrupted at its end (%s) leaves no key, no process and no file',
  async (point) => {
    const controller = new AbortController();
    const outputDirectory = join(drills.directory, 'interrupted');
    const running = drills.drill({
      scenario: 'busy-primary',
      watchMs: 500,
      outputDirectory,
      signal: controller.signal,
      progress: (message) => {
        if (message.includes(point)) controller.abort(new Error('Ctrl-C'));
      },
    });
    await expect(running).rejects.toThrow('Ctrl-C');
    const own = await startedProcesses(join(drills.directory, 'labs'), process.pid);
    expect(own.filter(({ identity }) => identity.includes('drill/clients/worker'))).toEqual([]);
    expect(await drills.keysLeft()).toEqual([]);
    expect(await readdir(outputDirectory)).toEqual([]);
  },
);

test('what a drill that was killed has left behind is said and healed before the next one begins', async () => {
  const { primary, replicas } = await drills.victim(1);
  const [replica] = replicas;
  if (replica === undefined) throw new Error('The lab of this test has replicas.');
  await drills.lab.freeze(replica.id);
  const other = drills.lab.nodes().find(({ id }) => id !== primary.id && id !== replica.id);
  process.kill(other?.pid as number, 'SIGKILL');
  const baseDirectory = join(drills.directory, 'labs');
  const ended = `${other?.id} has ended`;
  const lasting = await waitUntil({
    what: 'the killed server to be missed',
    timeoutMs: 5_000,
    everyMs: 20,
    probe: async () => (await listLabs(baseDirectory)).find(({ faults }) => faults.includes(ended)),
  });
  expect(lasting.faults.toSorted()).toEqual([`${replica.id} is frozen`, ended].toSorted());
  const said: string[] = [];
  const { result } = await drills.drill({ scenario: 'busy-primary', progress: (text) => said.push(text) });
  expect(said[0]).toMatch(/^healing what was there before: node-\d/);
  expect(said[0]).toContain(`${replica.id} is frozen`);
  expect(result.verdict, result.proof.evidence.join('\n')).toBe('pass');
  expect(drills.lab.lastingFaults()).toEqual([]);
});

test('an observer whose lab is taken away under it sees nothing more and harms nobody', async () => {
  let asked = 0;
  const gone = (): never => {
    asked += 1;
    throw new Error('The lab is gone.');
  };
  const lost = { ...labTarget(drills.lab).servers, nodes: gone, serverView: gone };
  const observer = startObserver(lost, drillClock(Date.now()), () => undefined);
  await waitUntil({ what: 'three rounds', timeoutMs: 5_000, everyMs: 10, probe: () => asked >= 3 || undefined });
  await observer.stop();
  expect(observer.sightings).toEqual([]);
  expect(await lookAtServers(lost, () => 0)).toBeUndefined();
});

test('a second drill on the same lab is refused while the first one runs, and does it no harm', async () => {
  const second = atPoint('is busy', async () => {
    await expect(drills.drill({ scenario: 'busy-primary' })).rejects.toThrow(/DRILL_IN_PROGRESS/);
  });
  const { result } = await drills.drill({ scenario: 'busy-primary', progress: second.progress });
  await second.done();
  expect(result.verdict).toBe('pass');
});
