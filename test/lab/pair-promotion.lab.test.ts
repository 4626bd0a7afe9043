import { expect, onTestFinished, test } from 'vitest';
import { deploymentNamed } from '../../deployments/index.ts';
import { waitUntil } from '../../lib/base/wait-until.ts';
import { connect } from '../../lib/client/connect.ts';
import { startLab } from '../../lib/lab/start.ts';

const PROMOTIONS = 5;

test('a pair that changes roles again and again under load loses no write that was acknowledged', async () => {
  const { topology } = deploymentNamed('azure-nocluster');
  const lab = await startLab({ deployment: 'azure-nocluster', topology, detached: false });
  onTestFinished(() => lab.stop());
  const client = await connect(lab.profile);
  onTestFinished(() => client.disconnect());

  let moving = true;
  const acknowledged: string[] = [];
  const load = (async () => {
    for (let sequence = 0; moving; sequence += 1) {
      const key = `pair:${sequence}`;
      if ((await client.set(key, 'written', 'PX', 120_000)) === 'OK') acknowledged.push(key);
    }
  })();
  for (let promotion = 0; promotion < PROMOTIONS; promotion += 1) {
    const [shard] = (await lab.serverView()).shards;
    const heir = shard?.replicaNodeIds[0];
    if (heir === undefined) throw new Error('The pair has no replica.');
    await lab.promote(heir);
    // However slow the machine is, the next one comes under load.
    const before = acknowledged.length;
    await waitUntil({
      what: 'another write to be acknowledged',
      timeoutMs: 20_000,
      everyMs: 2,
      probe: () => acknowledged.length > before || undefined,
    });
  }
  moving = false;
  await load;

  expect(acknowledged.length).toBeGreaterThanOrEqual(PROMOTIONS);
  const found = await Promise.all(acknowledged.map((key) => client.exists(key)));
  expect(acknowledged.filter((_, index) => found[index] !== 1)).toEqual([]);
});
