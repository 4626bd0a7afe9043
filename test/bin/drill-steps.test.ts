import { expect, test } from 'vitest';
import type { CommandContext } from '../../bin/context.ts';
import { drillSettings, drillSteps } from '../../bin/drill-steps.ts';
import type { Problem } from '../../lib/base/problem.ts';
import { CAPABILITIES, type Target } from '../../lib/drill/target.ts';
import { progressDisplay } from '../../lib/report/progress.ts';
import { PLAIN_STYLE } from '../../lib/report/terminal.ts';
import { budgetsSchema } from '../../lib/topology/deployment.ts';
import { profile } from '../report/fixture.ts';

/** Every scenario ends before it has begun, for these reasons. */
async function stepsEndingWith(problem: Problem) {
  const asked: string[] = [];
  const target = {
    profile,
    capabilities: new Set(CAPABILITIES),
    whyNot: () => '',
    preflight: async (scenario: string) => {
      asked.push(scenario);
      return [problem];
    },
  } as unknown as Target;
  const interruption = { signal: new AbortController().signal };
  const said: string[] = [];
  const stream = { write: (text: string) => said.push(text) };
  const progress = progressDisplay({ stream, style: PLAIN_STYLE, live: false });
  const { notDone } = await drillSteps({
    target,
    settings: drillSettings({ scenario: ['access-key-toggle', 'sku-round-trip'] }),
    budgets: budgetsSchema.parse({}),
    outputDirectory: '',
    context: { interruption, progress } as unknown as CommandContext,
  });
  return { asked, verdicts: notDone.map(({ verdict }) => verdict), said: said.join('') };
}

test('a scenario that cannot be carried out is unknown, and the next one is tried', async () => {
  expect(await stepsEndingWith({ code: 'QUOTA_USED_UP', message: 'Tomorrow.' })).toMatchObject({
    asked: ['access-key-toggle', 'sku-round-trip'],
    verdicts: ['unknown', 'unknown'],
  });
});

test.each(['AZURE_NOT_HEALED', 'HEAL_TIMED_OUT'])(
  'a deployment that is left disturbed (%s) fails, and nothing more is done to it',
  async (code) => {
    expect(await stepsEndingWith({ code, message: 'Put it back by hand.' })).toMatchObject({
      asked: ['access-key-toggle'],
      verdicts: ['fail'],
    });
  },
);

test('why a scenario was not carried out is said on standard error as well, in a sentence for each', async () => {
  const { said } = await stepsEndingWith({ code: 'OPERATION_NOT_MEANT', message: 'It replaces every node.' });
  expect(said).toMatch(/access-key-toggle: OPERATION_NOT_MEANT: It replaces every node\.\n/);
  expect(said).toMatch(/sku-round-trip: OPERATION_NOT_MEANT: It replaces every node\.\n/);
});
