/** The state of a lab before anything of it runs: its nodes, their addresses, its names. */
import { randomBytes } from 'node:crypto';
import { ProblemError } from '../../base/problem.ts';
import { replicasPerShardOf, type Topology } from '../../topology/topology.ts';
import { claimSubnet } from '../address-claim.ts';
import { newAddressPlan, takeAddresses, takeEndpoint } from '../addresses.ts';
import type { StartLabOptions } from '../lab.ts';
import { currentNetworkNamespace, inNetworkNamespace } from '../network-namespace.ts';
import { endpointNameOf, isClustered, plannedNodes } from '../plan.ts';
import { identityOf, type ProcessIdentity } from '../process-identity.ts';
import { formatRedisServerVersion, type RedisServer } from '../redis-binary.ts';
import { serviceNamesOf } from '../services.ts';
import { LAB_STATE_VERSION, type LabState } from '../state.ts';

const USUAL_NODE_TIMEOUT_MS = 2_000;

/** @throws ProblemError `LAB_PORTS_EXHAUSTED`, `LAB_NO_CLUSTER_MODE` */
export async function planState(
  options: StartLabOptions,
  runDirectory: string,
  labId: string,
  server: RedisServer,
): Promise<LabState> {
  const { topology } = options;
  throwIfWithoutClusterMode(topology);
  const droppable = inNetworkNamespace();
  const subnet = await claimSubnet(runDirectory);
  const owner = identityOf(process.pid) as ProcessIdentity;
  const nodeCount = topology.shardCount * (1 + replicasPerShardOf(topology));
  let addresses = newAddressPlan(topology, subnet, droppable);
  let endpoint: LabState['endpoint'] | undefined;
  if (topology.platform === 'azure-managed-redis') {
    const taken = await takeEndpoint(addresses, topology.port);
    endpoint = { host: taken.host, port: taken.port };
    addresses = taken.plan;
  }
  const taken = await takeAddresses(addresses, nodeCount);
  const nodes = plannedNodes(topology, labId, taken.addresses);
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

/** A cluster in its place would answer other questions than the ones that were asked. */
function throwIfWithoutClusterMode(topology: Topology): void {
  if (topology.platform !== 'elasticache' || topology.clusterMode !== 'disabled') return;
  const message = `There is no lab for ElastiCache with clusterMode "disabled", as ${topology.name} has it. Rehearse it with "compatible" or "enabled", or drill the deployed one (redoubt drill --aws GROUP).`;
  throw new ProblemError({ code: 'LAB_NO_CLUSTER_MODE', message });
}
