/**
 * Stands for the services' control plane where Redis Cluster cannot decide by itself (one or two shards, a standalone
 * pair): promotes a replica when its primary has not answered for the lab's node timeout. One argument: a JSON file with
 * `runDirectory`. Prints READY once it watches; ends on SIGTERM, and by itself when the lab is gone.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../../base/wait-until.ts';
import { administratorOf } from '../administrator.ts';
import { leadEndpointTo, refreshHosts } from '../hosts-file.ts';
import { STATE_FILE } from '../run-directory.ts';
import { readState } from '../state.ts';
import { clusterWatch } from './cluster-watch.ts';
import { pairWatch } from './pair-watch.ts';

const LOOK_EVERY_MS = 100;

const { runDirectory } = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as { runDirectory: string };
const first = readState(runDirectory);
const administrator = administratorOf(runDirectory, first.endpointName);
const look = first.clustered
  ? clusterWatch(administrator)
  : pairWatch(administrator, (state, primary) => leadEndpointTo(runDirectory, primary.id, state.primaryNodeId));
process.once('SIGTERM', () => process.exit(0));
console.log('READY');
while (existsSync(join(runDirectory, STATE_FILE))) {
  try {
    const state = readState(runDirectory);
    // While the lab is being started, nodes that do not answer yet are no failure.
    if (state.phase === 'ready') {
      await look(state);
      refreshHosts(runDirectory);
    }
  } catch (error) {
    console.error(new Date().toISOString(), (error as Error).message);
  }
  await sleep(LOOK_EVERY_MS);
}
administrator.close();
