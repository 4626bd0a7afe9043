/** Runs inside a network namespace: replaces a node whose packets are then dropped, and prints what its clients met as JSON. */
import { connect } from 'node:net';
import type { LabNode } from '../../../lib/lab/lab.ts';
import { inNetworkNamespace } from '../../../lib/lab/network-namespace.ts';
import { startLab } from '../../../lib/lab/start.ts';
import { topologySchema } from '../../../lib/topology/topology.ts';

const [baseDirectory, topology] = process.argv.slice(2) as [string, string];
const lab = await startLab({
  deployment: 'test',
  topology: topologySchema.parse(JSON.parse(topology)),
  baseDirectory,
  detached: false,
});
try {
  const old = lab.nodes()[0] as LabNode;
  const bystander = lab.nodes().at(-1) as LabNode;
  const established = connect({ host: old.host, port: old.port });
  let establishedEnd = 'open';
  established.on('error', (error) => {
    establishedEnd = error.message;
  });
  established.on('close', () => {
    if (establishedEnd === 'open') establishedEnd = 'closed';
  });
  await new Promise((resolve) => established.once('connect', resolve));
  const added = await lab.addReplica(0);
  await lab.promote(added.id);
  await lab.retire(old.id, 'dropped');
  established.write('x');
  const dropped = await dial(old);
  const meanwhile = { bystander: await dial(bystander), established: establishedEnd };
  await lab.heal();
  const healed = await dial(old);
  const inside = inNetworkNamespace();
  const { canDropPackets } = lab;
  console.log(JSON.stringify({ inside, canDropPackets, dropped, ...meanwhile, healed, nodes: lab.nodes().length }));
} finally {
  await lab.stop();
}

function dial({ host, port }: LabNode): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const timer = setTimeout(() => finish('silence'), 1_500);
    const finish = (met: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(met);
    };
    socket.once('connect', () => finish('connected'));
    socket.once('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
  });
}
