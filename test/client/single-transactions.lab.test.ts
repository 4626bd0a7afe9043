/** ElastiCache without cluster mode: the name moves, and the demoted primary stays connected and refuses writes. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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

let client: RedoubtRedis;
beforeEach(async () => {
  client = (await connect(lab.profile)) as RedoubtRedis;
});
afterEach(() => client.disconnect());

const refusedAsUndefined = async <Answer>(promise: Promise<Answer>): Promise<Answer | undefined> =>
  promise.catch(() => undefined);

async function inOnePipeline() {
  return refusedAsUndefined(client.multi().set('{move}:a', '1').set('{move}:b', '2').exec());
}

async function oneByOne() {
  const given = [client.multi({ pipeline: false }), client.set('{move}:a', '1'), client.set('{move}:b', '2')];
  const answers = client.exec();
  await Promise.allSettled(given);
  return refusedAsUndefined(answers);
}

async function eachAwaited() {
  try {
    await client.multi({ pipeline: false });
    await client.set('{move}:a', '1');
    await client.set('{move}:b', '2');
    return await client.exec();
  } catch {
    await client.discard().catch(() => {});
    return undefined;
  }
}

describe('a client whose every write is a transaction leaves the demoted primary as well', () => {
  test.each([
    ['in one pipeline', inOnePipeline],
    ['given one by one, all at once', oneByOne],
    ['given one by one, each after the answer to the last, and discarded when it is refused', eachAwaited],
  ])('%s', async (_, write) => {
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
  });
});

test('a transaction that was refused is not applied in part later on, although its commands were given one by one', async () => {
  await client.set('{part}:a', 'before');
  await lab.promote((await lab.serverView()).shards[0]?.replicaNodeIds[0] ?? '');
  const given = [client.multi({ pipeline: false }), client.set('{part}:a', 'in part'), client.exec()];
  const [, set, exec] = await Promise.allSettled(given);
  const carriedOut = exec?.status === 'fulfilled';
  expect(set?.status).toBe(exec?.status);
  // A write after it: on the new primary, and later than any repetition of the refused command would be.
  await client.set('{part}:b', '1');
  expect(await client.get('{part}:a')).toBe(carriedOut ? 'in part' : 'before');
});
