/** ElastiCache without cluster mode: the name moves, and the demoted primary stays connected and refuses writes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import { connect } from '../../lib/client/connect.ts';
import type { RedoubtRedis } from '../../lib/client/single-client.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import { ELASTICACHE, newBaseDirectory, removeBaseDirectory, startTestLab } from '../lab/support/lab.ts';

const baseDirectory = newBaseDirectory();
let lab: Lab;

beforeAll(async () => {
  lab = await startTestLab({ ...ELASTICACHE, clusterMode: 'disabled', shardCount: 1 } as typeof ELASTICACHE, {
    baseDirectory,
  });
});
afterAll(async () => {
  await lab?.stop();
  removeBaseDirectory(baseDirectory);
});

test('a client whose every write is a transaction leaves the demoted primary as well', async () => {
  const client = (await connect(lab.profile)) as RedoubtRedis;
  const write = async () => {
    try {
      return await client.multi().set('{move}:a', '1').set('{move}:b', '2').exec();
    } catch {
      return undefined;
    }
  };
  try {
    expect(await write()).toHaveLength(2);
    await lab.promote((await lab.serverView()).shards[0]?.replicaNodeIds[0] ?? '');
    const answers = await waitUntil({
      what: 'a transaction to be carried out by the new primary',
      timeoutMs: 8_000,
      everyMs: 50,
      probe: write,
    });
    expect(answers).toEqual([
      [null, 'OK'],
      [null, 'OK'],
    ]);
  } finally {
    client.disconnect();
  }
});
