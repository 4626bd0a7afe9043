/**
 * The servers of a deployment that is not a lab, seen with the application's own rights: CLUSTER NODES of every node where the
 * policy shows it, the primary that the endpoint's name leads to where it leads to one, and otherwise no more than that the
 * endpoint answers. Nothing here writes.
 */
import { isIP } from 'node:net';
import { ProblemError } from '../../base/problem.ts';
import { parseClusterNodes, parseInfo } from '../../client/cluster-view.ts';
import { addressesOf } from '../../client/lookup.ts';
import type { RetiredAddress, ServerView } from '../../lab/lab.ts';
import { leastOf } from '../../profile/count.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';
import { readSecret } from '../../profile/secret.ts';
import { evenSlotRanges } from '../../topology/slot.ts';
import { hasPrimaryEndpoint } from '../../verify/judging.ts';
import type { Address } from '../../verify/observation.ts';
import type { ServerNode, Servers } from '../target.ts';
import { Asker, addressOf, dialSettingsOf } from './asker.ts';
import { voteOnShards } from './cluster-vote.ts';

/** Gentler than a lab's: these servers have other users. */
const OBSERVE_EVERY_MS = 250;

export interface OpenServers extends Servers {
  close(): void;
}

/**
 * @throws ProblemError `SERVERS_UNREACHABLE` when the endpoint does not answer, `SECRET_…` and
 * `CERTIFICATE_AUTHORITY_…` when what the profile refers to cannot be read
 */
export async function openServers(
  profile: ConnectionProfile,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<OpenServers> {
  // Said at once, not as a server that cannot be reached.
  await readSecret(profile.authentication.secret, environment);
  const asker = new Asker(profile, await dialSettingsOf(profile), environment);
  const { endpoint } = profile;
  const info = await asker.ask(endpoint, ['INFO', 'server']);
  if (typeof info !== 'string') {
    asker.close();
    const reason = asker.lastFailure(endpoint) ?? (info instanceof Error ? info.message : 'no answer');
    const message = `${endpoint.host}:${endpoint.port} cannot be asked for its servers: ${reason}. Run \`redoubt verify\` first.`;
    throw new ProblemError({ code: 'SERVERS_UNREACHABLE', message });
  }
  const { fields } = parseInfo(info);
  const common = {
    serverVersion: fields.get('valkey_version') ?? fields.get('redis_version') ?? 'unknown',
    observeEveryMs: OBSERVE_EVERY_MS,
    close: () => asker.close(),
  };
  if (profile.clientMode === 'cluster') return { ...common, ...visibleServers(profile, asker) };
  return hasPrimaryEndpoint(profile)
    ? { ...common, ...namedPrimary(profile, asker) }
    : { ...common, ...hiddenServers(profile, asker) };
}

type Sight = Pick<Servers, 'topologyIsHidden' | 'nodes' | 'serverView' | 'retiredAddresses'>;

/** Behind one endpoint: its answer stands for all of them, and the slots are split evenly so that the load touches each. Such a profile has no range. */
function hiddenServers({ endpoint, expected }: ConnectionProfile, asker: Asker): Sight {
  const id = 'endpoint';
  const shards: ServerView['shards'] = evenSlotRanges(leastOf(expected.shardCount)).map((range, shardIndex) => ({
    shardIndex,
    slots: [range],
    primaryNodeId: id,
    replicaNodeIds: [],
    epoch: 0,
  }));
  return {
    topologyIsHidden: true,
    nodes: () => [{ id, ...endpoint, shardIndex: 0 }],
    serverView: async () => ({ shards: (await asker.ask(endpoint, ['PING'])) === 'PONG' ? shards : [] }),
    retiredAddresses: () => [],
  };
}

/**
 * ElastiCache without cluster mode: the primary is who says so where the endpoint's name leads. It is known by its address,
 * and a failover is seen when the name has moved: no client can know it sooner.
 */
function namedPrimary({ endpoint, nameResolution }: ConnectionProfile, asker: Asker): Sight {
  const { host: name, port } = endpoint;
  const met = new Map<string, ServerNode>();
  return {
    topologyIsHidden: false,
    nodes: () => [...met.values()],
    serverView: async () => {
      const led = ofOneFamily(await addressesOf(nameResolution, name)).map((host) => ({ host, port }));
      const replies = await Promise.all(led.map((address) => asker.ask(address, ['INFO', 'replication'])));
      const primary = led.find((_, index) => isPrimary(replies[index]));
      if (primary === undefined) return { shards: [] };
      const { host } = primary;
      met.set(host, { id: host, host, port, shardIndex: 0 });
      const slots = evenSlotRanges(1);
      return { shards: [{ shardIndex: 0, slots, primaryNodeId: host, replicaNodeIds: [], epoch: 0 }] };
    },
    retiredAddresses: () => [],
  };
}

/** A node with both kinds of address is one node, and must not seem to move from one to the other. */
function ofOneFamily(addresses: readonly string[]): string[] {
  const family = addresses.some((address) => isIP(address) === 4) ? 4 : 6;
  return addresses.filter((address) => isIP(address) === family);
}

function isPrimary(reply: string | Error | undefined): boolean {
  return typeof reply === 'string' && parseInfo(reply).fields.get('role') === 'master';
}

function visibleServers({ endpoint }: ConnectionProfile, asker: Asker): Sight {
  let members: readonly ServerNode[] = [];
  const retired = new Map<string, RetiredAddress>();
  const remember = (nodes: readonly ServerNode[]) => {
    const now = new Set(nodes.map(addressOf));
    for (const { host, port } of members) {
      const address = addressOf({ host, port });
      if (!now.has(address)) retired.set(address, { host, port, retiredAtEpochMs: Date.now() });
    }
    for (const address of now) retired.delete(address);
    asker.keepOnly([endpoint, ...nodes]);
    members = nodes;
  };
  return {
    topologyIsHidden: false,
    nodes: () => [...members],
    serverView: async () => {
      const asked = members.length === 0 ? [endpoint] : members;
      let answers = await nodesSeenBy(asker, asked);
      // None of them is left: the endpoint's name leads to those that are.
      if (answers.length === 0) answers = await nodesSeenBy(asker, [endpoint]);
      const { view, nodes } = voteOnShards(answers);
      if (nodes.length > 0) remember(nodes);
      return view;
    },
    retiredAddresses: () => [...retired.values()],
  };
}

async function nodesSeenBy(asker: Asker, addresses: readonly Address[]) {
  const replies = await Promise.all(addresses.map((address) => asker.ask(address, ['CLUSTER', 'NODES'])));
  return replies.flatMap((reply) => (typeof reply === 'string' ? [parseClusterNodes(reply).nodes] : []));
}
