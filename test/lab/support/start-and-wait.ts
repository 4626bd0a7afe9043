/** A program that starts a lab, says where, and waits to be killed: node start-and-wait.ts BASE detached|owned [say-early] */
import { startLab } from '../../../lib/lab/start.ts';
import { topologySchema } from '../../../lib/topology/topology.ts';

const [baseDirectory, ownership, when] = process.argv.slice(2);
const topology = topologySchema.parse({ platform: 'elasticache', name: 'orders', shardCount: 1, replicasPerShard: 1 });
const lab = await startLab({
  deployment: 'test',
  topology,
  baseDirectory: baseDirectory as string,
  detached: ownership === 'detached',
  progress: (message) => when === 'say-early' && message.startsWith('starting') && console.log('STARTING'),
});
console.log(`LAB ${lab.runDirectory}`);
if (ownership !== 'detached') setInterval(() => undefined, 60_000);
