/** Whole drills of ElastiCache without cluster mode, where a name moves and nobody says MOVED. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DrillLab } from './drill-lab.ts';

let drills: DrillLab;

beforeAll(async () => {
  drills = await DrillLab.start('elasticache-single');
});

afterAll(async () => {
  await drills?.stop();
});

test('a planned replacement whose old primary falls silent leaves a naive client down and ours within budget', async () => {
  const { result } = await drills.drill({ clients: ['redoubt', 'ioredis'] });
  const [ours, ioredis] = result.clients;
  expect(ours, JSON.stringify(ours?.findings)).toMatchObject({ verdict: 'pass', recovered: true });
  expect(ioredis).toMatchObject({ verdict: 'fail', recovered: false });
  expect(result.verdict).toBe('pass');
});

test.each(['crash-primary', 'freeze-primary'] as const)(
  '%s is survived with little more than the promotion and the move of the name',
  async (scenario) => {
    const { result } = await drills.drill({ scenario, watchMs: 5_000 });
    expect(result.verdict, JSON.stringify(result)).toBe('pass');
    expect(result.clients[0]?.excessOverPromotionMs).not.toBeNull();
  },
);
