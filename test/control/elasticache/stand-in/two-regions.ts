/** Two labs of the same layout, each for a region: `orders` in eu-west-1 and `orders-ohio` in us-east-2. */
import { dirname } from 'node:path';
import { connect } from '../../../../lib/client/connect.ts';
import type { Lab } from '../../../../lib/lab/lab.ts';
import { removeBaseDirectory } from '../../../lab/support/lab.ts';
import { type DescribableChanges, startDescribableLab } from './lab.ts';

export const OTHER_REGION = 'us-east-2';

export interface TwoRegions {
  readonly here: Lab;
  readonly there: Lab;
  stop(): Promise<void>;
}

/** @param changes of both alike. Default: cluster mode */
export async function startTwoRegions(changes: DescribableChanges = {}): Promise<TwoRegions> {
  const started: Lab[] = [];
  const stop = async () => {
    for (const lab of started) {
      await lab.stop();
      removeBaseDirectory(dirname(lab.runDirectory));
    }
  };
  try {
    const here = await startDescribableLab(changes);
    started.push(here);
    const there = await startDescribableLab({ ...changes, name: 'Orders-ohio' });
    started.push(there);
    return { here, there, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const WITHOUT_CLUSTER_MODE: DescribableChanges = { clusterMode: 'disabled', shardCount: 1 };

export async function writeTo({ profile }: Lab, key: string, value: string): Promise<void> {
  const client = await connect(profile, { log: 'silent' });
  await client.set(key, value).finally(() => client.disconnect());
}

export async function readFrom({ profile }: Lab, key: string): Promise<string | null> {
  const client = await connect(profile, { log: 'silent' });
  return client.get(key).finally(() => client.disconnect());
}
