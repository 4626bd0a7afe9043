/** The state of a lab before anything of it runs: its nodes, their addresses, its names. */
import { randomBytes } from 'node:crypto';
import { ProblemError } from '../../base/problem.ts';
import { replicasPerShardOf, type Topology } from '../../topology/topology.ts';
import { claimSubnet } from '../address-claim.ts';
import { newAddressPlan, takeAddresses, takeEndpoint } from '../addresses.ts';
import type { StartLabOptions } from '../lab.ts';
import { currentNetworkNamespace, inNetworkNamespace } from '../network-namespace.ts';
import { endpointNameOf, hasPrimaryEndpoint, isClustered, plannedNodes, readerEndpointNameOf } from '../plan.ts';
import { identityOf, type ProcessIdentity } from '../process-identity.ts';
import { formatRedisServerVersion, type RedisServer } from '../redis-binary.ts';
import { serviceNamesOf } from '../services.ts';
import { type AddressPlan, LAB_STATE_VERSION, type LabState } from '../state.ts';

const USUAL_NODE_TIMEOUT_MS = 2_000;

/** @throws ProblemError `LAB_PORTS_EXHAUSTED`, `LAB_NEEDS_ADDRESSES` */
export async function planState(
  options: StartLabOptions,
  runDirectory: string,
  labId: string,
  server: RedisServer,
): Promise<LabState> {
  const { topology } = options;
  const droppable = inNetworkNamespace();
  const subnet = await claimSubnet(runDirectory);
  const owner = identityOf(process.pid) as ProcessIdentity;
  const nodeCount = topology.shardCount * (1 + replicasPerShardOf(topology));
  let addresses = newAddressPlan(topology, subnet, droppable);
  throwIfNameCannotMove(topology, addresses);
  let endpoint: LabState['endpoint'] | undefined;
  if (topology.platform === 'azure-managed-redis') {
    const taken = await takeEndpoint(addresses, topology.port);
    endpoint = { host: taken.host, port: taken.port };
    addresses = taken.plan;
  }
  const taken = await takeAddresses(addresses, nodeCount);
  const nodes = plannedNodes(topology, labId, taken.addresses);
  const readerEndpointName = readerEndpointNameOf(topology, labId);
  const networkNamespace = droppable ? currentNetworkNamespace() : undefined;
  return {
    version: LAB_STATE_VERSION,
    labId,
    deployment: options.deployment,
    topology,
    phase: 'booting',
    detached: options.detached,
    owner,
    server: { path: server.path, kind: server.kind, version: formatRedisServerVersion(server.version) },
    nodeTimeoutMs: options.nodeTimeoutMs ?? USUAL_NODE_TIMEOUT_MS,
    clustered: isClustered(topology),
    endpointName: endpointNameOf(topology, labId),
    endpoint: endpoint ?? { host: nodes[0]?.host ?? '', port: nodes[0]?.port ?? topology.port },
    ...(readerEndpointName === undefined ? {} : { readerEndpointName }),
    ...(hasPrimaryEndpoint(topology) && nodes[0] !== undefined ? { primaryNodeId: nodes[0].id } : {}),
    commandPrefix: randomBytes(8).toString('hex'),
    addresses: taken.plan,
    ...(networkNamespace === undefined ? {} : { networkNamespace }),
    lastNodeNumber: nodes.length,
    nodes,
    retired: [],
    leftovers: [],
    droppedHosts: [],
    services: serviceNamesOf(topology).map((name) => ({ name })),
  };
}

/**
 * A name has one port: a failover can lead it to another address, and to no other port of the same one.
 * @throws ProblemError `LAB_NEEDS_ADDRESSES`
 */
export function throwIfNameCannotMove(topology: Topology, { perNodeHost }: AddressPlan): void {
  if (!hasPrimaryEndpoint(topology) || perNodeHost || replicasPerShardOf(topology) === 0) return;
  const message =
    'Without cluster mode a name is led to another node, so every node needs an address of its own, and this machine has only 127.0.0.1 to give (Linux has all of 127.0.0.0/8). Use Linux, or rehearse a deployment in cluster mode.';
  throw new ProblemError({ code: 'LAB_NEEDS_ADDRESSES', message });
}
