/**
 * Boots a lab: files first (certificates, a redis.conf and a nodes.conf per node), then all processes at once, then every
 * node is asked whether it is ready. Whatever goes wrong, or an abort at any moment, leaves nothing behind.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ProblemError } from '../base/problem.ts';
import { writeProfile } from '../profile/file.ts';
import { profileFor } from '../profile/from-topology.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import { replicasPerShardOf } from '../topology/topology.ts';
import { claimSubnet } from './address-claim.ts';
import { newAddressPlan, takeAddresses, takeEndpoint } from './addresses.ts';
import { administratorOf } from './administrator.ts';
import { hostsPath, writeHosts } from './hosts-file.ts';
import type { Lab, StartLabOptions } from './lab.ts';
import { currentNetworkNamespace, inNetworkNamespace } from './network-namespace.ts';
import { startNode, writeNodeFiles } from './node-files.ts';
import { openLab } from './open.ts';
import { certificateNames, endpointNameOf, isClustered, plannedMembers, plannedNodes, plannedPrimary } from './plan.ts';
import { identityOf, type ProcessIdentity } from './process-identity.ts';
import { waitUntilReady } from './readiness.ts';
import { findRedisServer, formatRedisServerVersion, type RedisServer } from './redis-binary.ts';
import { defaultBaseDirectory, makePrivateDirectory, makeRunDirectory, removeRunDirectory } from './run-directory.ts';
import { applicationPasswordPath, writeNewCredentials } from './secrets.ts';
import type { StartedProcess } from './server-process.ts';
import { LAB_STATE_VERSION, type LabState, type NodeRecord, updateNode, writeState } from './state.ts';
import { sweepDeadLabs } from './sweep.ts';
import { tearDown } from './teardown.ts';
import { writePrivateFile } from './write-file.ts';

const USUAL_NODE_TIMEOUT_MS = 2_000;
const READY_TIMEOUT_MS = 20_000;
/** A port can be taken between the look and the start; other ports then. */
const BOOT_ATTEMPTS = 3;

/**
 * @throws ProblemError what is missing or wrong (`REDIS_SERVER_…`, `LAB_…`, `PROFILE_NEEDS_AUTHENTICATION`); the signal's
 * reason when it is aborted. Nothing is left running or on disk in either case.
 */
export async function startLab(options: StartLabOptions): Promise<Lab> {
  const baseDirectory = options.baseDirectory ?? defaultBaseDirectory();
  makePrivateDirectory(baseDirectory);
  // Loading the certificate library takes a while; the server program is looked for meanwhile.
  const [server] = await Promise.all([
    findRedisServer(process.env),
    import('./certificates.ts'),
    sweepDeadLabs(baseDirectory),
  ]);
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    try {
      return await bootOnce(options, baseDirectory, server);
    } catch (error) {
      if (attempt >= BOOT_ATTEMPTS || !isAddressInUse(error)) throw error;
      options.progress?.('an address was taken by somebody else meanwhile; trying others');
    }
  }
}

async function bootOnce(options: StartLabOptions, baseDirectory: string, server: RedisServer): Promise<Lab> {
  const labId = randomBytes(4).toString('hex');
  const runDirectory = makeRunDirectory(baseDirectory, options.deployment, labId);
  let boot: Boot | undefined;
  try {
    boot = { state: await plan(options, runDirectory, labId, server) };
    writeState(runDirectory, boot.state);
    await writeFiles(runDirectory, boot.state);
    await writeProfile(join(runDirectory, 'profile.json'), labProfile(runDirectory, boot.state));
    sayPlan(options, boot.state);
    options.signal?.throwIfAborted();
    await startAll(options, runDirectory, boot);
    options.progress?.('ready: every node answers for the whole deployment');
    return await openLab(runDirectory);
  } catch (error) {
    if (boot === undefined) removeRunDirectory(runDirectory);
    else await tearDown(runDirectory, boot.state);
    throw error;
  }
}

/** A boot in progress: what has been made so far, so that it can be undone. */
interface Boot {
  state: LabState;
}

async function plan(
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
    server: { path: server.path, version: formatRedisServerVersion(server.version) },
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
    services: [],
  };
}

async function writeFiles(runDirectory: string, state: LabState): Promise<void> {
  const credentials = writeNewCredentials(runDirectory, state.topology);
  await writeCertificates(runDirectory, state);
  const members = state.clustered ? plannedMembers(state.topology, state.nodes) : [];
  for (const node of state.nodes) {
    const primary = plannedPrimary(state.nodes, node.shardIndex);
    const replicaOf =
      state.clustered || primary === node ? {} : { replicaOf: { host: primary.host, port: primary.port } };
    writeNodeFiles({ runDirectory, state, node, credentials, members, ...replicaOf });
  }
  writeHosts(runDirectory, state);
}

async function writeCertificates(runDirectory: string, { topology, labId }: LabState): Promise<void> {
  const { makeAuthority, signCertificate } = await import('./certificates.ts');
  const authority = await makeAuthority(`Redoubt lab ${labId}`);
  const server = await signCertificate(authority, certificateNames(topology, labId));
  const folder = join(runDirectory, 'tls');
  writePrivateFile(join(folder, 'authority.pem'), `${authority.certificatePem}\n`);
  writePrivateFile(join(folder, 'server.pem'), `${server.certificatePem}\n`);
  writePrivateFile(join(folder, 'server.key'), `${server.privateKeyPem}\n`);
}

function labProfile(runDirectory: string, state: LabState): ConnectionProfile {
  const ports = state.nodes.map(({ port }) => port);
  const inServiceRange = ports.every((port) => port >= 8_500 && port <= 8_599);
  return profileFor({
    deployment: state.deployment,
    topology: state.topology,
    endpoint: { host: state.endpointName, port: state.endpoint.port },
    caFile: join(runDirectory, 'tls', 'authority.pem'),
    secret: { kind: 'file', path: applicationPasswordPath(runDirectory) },
    nameResolution: { kind: 'hosts-file', path: hostsPath(runDirectory) },
    ...(inServiceRange ? {} : { extraPortRange: { from: 20_000, to: 32_000 } }),
  });
}

function sayPlan({ progress, topology }: StartLabOptions, state: LabState): void {
  if (progress === undefined) return;
  progress(
    `starting ${state.nodes.length} nodes of redis-server ${state.server.version} on ${state.nodes[0]?.host ?? ''}`,
  );
  if (state.endpoint.port !== topology.port) {
    progress(
      `port ${topology.port} is taken on this machine; the lab's endpoint is on port ${state.endpoint.port} instead`,
    );
  }
}

/** Starts every node and waits for all of them. `boot.state` always says what has been started, whatever happens. */
async function startAll(options: StartLabOptions, runDirectory: string, boot: Boot): Promise<void> {
  const planned = boot.state;
  const started = new Map<string, StartedProcess>();
  const starts = await Promise.allSettled(
    planned.nodes.map(async (node) => {
      const process = await startNode(runDirectory, planned, node);
      started.set(node.id, process);
      boot.state = updateNode(boot.state, node.id, { process: process.identity });
    }),
  );
  throwFirst(starts);
  writeState(runDirectory, boot.state);
  await waitForAll(options, runDirectory, boot.state, started);
  const nodes = boot.state.nodes.map((node): NodeRecord => ({ ...node, condition: 'running' }));
  boot.state = { ...boot.state, phase: 'ready', nodes };
  writeState(runDirectory, boot.state);
}

async function waitForAll(
  options: StartLabOptions,
  runDirectory: string,
  state: LabState,
  started: ReadonlyMap<string, StartedProcess>,
): Promise<void> {
  const administrator = administratorOf(runDirectory, state.endpointName);
  const others = new AbortController();
  const signal = options.signal === undefined ? others.signal : AbortSignal.any([options.signal, others.signal]);
  const waitFor = async (node: NodeRecord) => {
    const role = plannedPrimary(state.nodes, node.shardIndex).id === node.id ? 'primary' : 'replica';
    const expected = { clustered: state.clustered, knownNodes: state.nodes.length, role } as const;
    const process = started.get(node.id) as StartedProcess;
    try {
      await waitUntilReady({
        administrator,
        runDirectory,
        node,
        expected,
        process,
        timeoutMs: READY_TIMEOUT_MS,
        signal,
      });
    } catch (error) {
      // The first reason is the reason; nobody needs to wait on.
      others.abort(error);
      throw error;
    }
  };
  try {
    throwFirst(
      await Promise.allSettled(state.nodes.map(waitFor)),
      options.signal?.aborted ? options.signal.reason : others.signal.reason,
    );
  } finally {
    administrator.close();
  }
}

function throwFirst(results: readonly PromiseSettledResult<unknown>[], reason?: unknown): void {
  const rejected = results.find((result) => result.status === 'rejected');
  if (rejected !== undefined) throw reason ?? rejected.reason;
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof ProblemError && error.problems.some(({ code }) => code === 'LAB_ADDRESS_IN_USE');
}
