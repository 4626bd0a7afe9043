import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { planText } from '../../bin/drill-plan.ts';
import { deploymentNamed } from '../../deployments/index.ts';
import { runDrill } from '../../lib/drill/run.ts';
import { cloudTarget } from '../../lib/drill/targets/cloud.ts';
import { labTarget } from '../../lib/drill/targets/lab.ts';
import { topologyOrThrow } from '../../lib/topology/parse.ts';
import { type LabUnderTest, startTopologyUnderTest } from '../verify/lab-fixture.ts';

const READER = 'on ~shop:* +@read +@connection -@dangerous +info +cluster|info +cluster|nodes +cluster|slots';
const WRITER = `${READER} +set +incr +unlink`;

const SETTINGS = {
  scenarios: ['planned-failover'],
  options: { oldNode: 'silent', order: 'one-by-one' },
  clients: ['redoubt'],
  ratePerSecond: 150,
  watchMs: 2_000,
  warmUpMs: 500,
  seed: 1,
} as const;

const { topology, budgets } = deploymentNamed('elasticache');
let under: LabUnderTest;
let outputDirectory: string;

beforeAll(async () => {
  outputDirectory = await mkdtemp(join(tmpdir(), 'redoubt-narrow-'));
  const authentication = { kind: 'rbac', userName: 'application', accessString: READER } as const;
  under = await startTopologyUnderTest('elasticache', topologyOrThrow({ ...topology, authentication }));
}, 60_000);
afterAll(async () => {
  await under?.stop();
  await rm(outputDirectory, { recursive: true, force: true });
});

async function restrict(accessString: string): Promise<void> {
  const words = ['resetkeys', 'nocommands', ...accessString.split(' ')];
  const { lab, command } = under;
  await Promise.all(lab.nodes().map((node) => command(node, 'ACL', 'SETUSER', 'application', ...words)));
}

async function keys(): Promise<string[]> {
  const { shards } = await under.lab.serverView();
  const primaries = new Set(shards.map(({ primaryNodeId }) => primaryNodeId));
  const nodes = under.lab.nodes().filter(({ id }) => primaries.has(id));
  return (await Promise.all(nodes.map((node) => under.command(node, 'KEYS', '*') as Promise<string[]>))).flat();
}

const drill = () => {
  const { scenarios, ...settings } = SETTINGS;
  const [scenario] = scenarios;
  const target = labTarget(under.lab);
  return runDrill({ ...settings, clients: ['redoubt'], target, scenario, drainMs: 1_000, budgets, outputDirectory });
};
const plan = (target: Parameters<typeof planText>[0]) =>
  planText(target, { ...SETTINGS, scenarios: ['planned-failover'] } as never, new AbortController().signal);
const onOneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

describe('a user who only reads', () => {
  it('begins no drill: it is refused with the words that are lacking, and nothing is written or disturbed', async () => {
    await restrict(READER);
    const before = await under.lab.serverView();
    await expect(drill()).rejects.toThrow(
      /DRILL_NOT_ALLOWED: The user "application" may not run SET, UNLINK on keys that begin with shop:redoubt:drill: .*runs SET, INCR, MGET, UNLINK\. Add what it lacks of `\+set \+incr \+mget \+unlink`/,
    );
    expect(await under.lab.serverView()).toEqual(before);
    expect(await keys()).toEqual([]);
  });

  it('is told so by the plan as well, on a lab and of a cloud', async () => {
    await restrict(READER);
    expect(onOneLine(await plan(labTarget(under.lab)))).toContain('refused DRILL_NOT_ALLOWED: The user "application"');
    const { profile, profilePath } = under.lab;
    const target = await cloudTarget({ profile, profilePath });
    try {
      expect(await target.preflight('watch-maintenance')).toMatchObject([{ code: 'DRILL_NOT_ALLOWED' }]);
    } finally {
      target.close();
    }
  });
});

describe('a user who writes keys of one beginning', () => {
  it('is let drill, and no key begins otherwise', async () => {
    await restrict(WRITER);
    expect(await labTarget(under.lab).preflight('planned-failover')).toEqual([]);
    const { result, history } = await drill();
    expect(history.clients[0]?.operations.length).toBeGreaterThan(100);
    expect(result.verdict, JSON.stringify(result)).toBe('pass');
    // Anything that did not begin so would have been refused, and is cleared by its own name.
    expect(await keys()).toEqual([]);
  });

  it.each([
    ['-incr', /may not run INCR on keys /],
    ['-incr +multi +discard', /may not run INCR on keys /],
    ['+@transaction -mget -unlink', /may not run MGET, UNLINK on keys /],
  ])('is told what is lacking, with and without transactions: %s', async (words, says) => {
    await restrict(`${WRITER} ${words}`);
    const [problem] = await labTarget(under.lab).preflight('planned-failover');
    expect(problem?.message).toMatch(says);
    await vi.waitFor(async () => expect(await keys()).toEqual([]), 5_000);
  });

  it('has the keys named where it may not touch them', async () => {
    await restrict(WRITER.replace('~shop:*', '~bank:*'));
    expect(await labTarget(under.lab).preflight('planned-failover')).toMatchObject([
      { message: expect.stringMatching(/SET, MGET, UNLINK .*Give it such keys \(`~shop:redoubt:drill:\*`\)/) },
    ]);
  });

  it('keeps other drills away by a key that it may write, and has to see who is a primary', async () => {
    const { profile, profilePath } = under.lab;
    await restrict(`${WRITER} +eval`);
    const target = await cloudTarget({ profile, profilePath });
    try {
      const claim = await target.claim(() => undefined);
      expect(await keys()).toEqual(['shop:redoubt:drill:claim']);
      await claim.release();
      await restrict(`${WRITER} -cluster|nodes`);
      expect(await target.preflight('watch-maintenance')).toMatchObject([
        { code: 'DRILL_SIGHT_NOT_ALLOWED', message: expect.stringContaining('`+cluster|nodes`') },
      ]);
    } finally {
      target.close();
    }
  });
});
