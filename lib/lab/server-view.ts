/** Who owns what, as the nodes themselves say it to the administrator. */
import type { Administrator } from './administrator.ts';
import type { ServerView } from './lab.ts';
import { choosePrimary, readReplication } from './proxy/replication-view.ts';
import { textOf } from './reply.ts';
import type { LabState, NodeRecord } from './state.ts';

/** One line of CLUSTER NODES. */
export interface ClusterNodeLine {
  readonly clusterNodeId: string;
  readonly host: string;
  readonly port: number;
  readonly flags: readonly string[];
  readonly primaryId?: string;
  readonly epoch: number;
  readonly linkIsConnected: boolean;
  readonly slots: readonly (readonly [number, number])[];
}

export function parseClusterNodes(text: string): ClusterNodeLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', address = '', flags = '', primary = '-', , , epoch = '0', link = '', ...slots] = line.split(' ');
      const [, host = '', port = '0'] = /^(.*):(\d+)@/.exec(address) ?? [];
      return {
        clusterNodeId: id,
        host,
        port: Number(port),
        flags: flags.split(','),
        ...(primary === '-' ? {} : { primaryId: primary }),
        epoch: Number(epoch),
        linkIsConnected: link === 'connected',
        // [slot->-node] is a slot on the move; the plain ranges say who owns it now.
        slots: slots.filter((range) => !range.startsWith('[')).map(slotRange),
      };
    });
}

/** `name:value` lines of INFO and CLUSTER INFO. */
export function parseInfo(text: string): Map<string, string> {
  const pairs = text.split('\r\n').flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const];
  });
  return new Map(pairs);
}

export async function readServerView(
  administrator: Administrator,
  state: LabState,
  timeoutMs: number,
): Promise<ServerView> {
  // A node that was frozen or crashed on purpose is known not to answer; asking it would only cost the time-out.
  const members = state.nodes.filter(({ condition }) => condition !== 'joining' && condition !== 'retiring');
  const asked = members.filter(({ condition }) => condition === 'running');
  return state.clustered
    ? clusterView(administrator, members, asked, timeoutMs)
    : pairView(administrator, members, asked, timeoutMs);
}

async function clusterView(
  administrator: Administrator,
  nodes: readonly NodeRecord[],
  asked: readonly NodeRecord[],
  timeoutMs: number,
): Promise<ServerView> {
  const answers = await Promise.all(
    asked.map((node) =>
      administrator.ask(node, [['CLUSTER', 'NODES']], timeoutMs).then(
        ([reply]) => parseClusterNodes(textOf(reply)),
        () => undefined,
      ),
    ),
  );
  return voteOnView(
    nodes,
    answers.filter((answer) => answer !== undefined),
  );
}

/** For each shard the primary that most answers name; between equals the one with the newer epoch. Pure. */
export function voteOnView(nodes: readonly NodeRecord[], answers: readonly (readonly ClusterNodeLine[])[]): ServerView {
  const byClusterId = new Map(nodes.map((node) => [node.clusterNodeId, node]));
  const shardIndexes = [...new Set(nodes.map(({ shardIndex }) => shardIndex))].sort((left, right) => left - right);
  const shards = shardIndexes.flatMap((shardIndex) => {
    const claims = answers.flatMap((lines) =>
      lines.filter((line) => line.slots.length > 0 && byClusterId.get(line.clusterNodeId)?.shardIndex === shardIndex),
    );
    const votes = Map.groupBy(claims, ({ clusterNodeId }) => clusterNodeId);
    const winner = [...votes.values()].sort(moreVotesThenNewer)[0]?.[0];
    if (winner === undefined) return [];
    const latest = claims
      .filter(({ clusterNodeId }) => clusterNodeId === winner.clusterNodeId)
      .sort((left, right) => right.epoch - left.epoch)[0] as ClusterNodeLine;
    return [
      {
        shardIndex,
        slots: latest.slots,
        primaryNodeId: (byClusterId.get(latest.clusterNodeId) as NodeRecord).id,
        replicaNodeIds: nodes.filter((node) => isReplicaOf(node, latest.clusterNodeId, answers)).map(({ id }) => id),
        epoch: latest.epoch,
      },
    ];
  });
  return { shards };
}

function moreVotesThenNewer(left: readonly ClusterNodeLine[], right: readonly ClusterNodeLine[]): number {
  if (left.length !== right.length) return right.length - left.length;
  return Math.max(...right.map(({ epoch }) => epoch)) - Math.max(...left.map(({ epoch }) => epoch));
}

/** By its own word when it answered, else by what most others say. */
function isReplicaOf(node: NodeRecord, primaryId: string, answers: readonly (readonly ClusterNodeLine[])[]): boolean {
  const lines = answers.flatMap((answer) => answer.filter(({ clusterNodeId }) => clusterNodeId === node.clusterNodeId));
  const own = lines.find(({ flags }) => flags.includes('myself'));
  if (own !== undefined) return own.primaryId === primaryId;
  return lines.filter((line) => line.primaryId === primaryId).length * 2 > lines.length;
}

async function pairView(
  administrator: Administrator,
  nodes: readonly NodeRecord[],
  asked: readonly NodeRecord[],
  timeoutMs: number,
): Promise<ServerView> {
  const answers = await Promise.all(
    asked.map(async (node) => {
      const reply = await administrator.ask(node, [['INFO', 'replication']], timeoutMs).catch(() => undefined);
      return reply === undefined ? [] : [{ node, text: textOf(reply[0]) }];
    }),
  );
  return pairViewOf(nodes, answers.flat());
}

/** Replicas by how much they have received: whoever is promoted must be the one that has the most. */
export function furthestFirst<Seen extends { readonly info: ReadonlyMap<string, string> }>(
  replicas: readonly Seen[],
): Seen[] {
  const offset = ({ info }: Seen) => Number(info.get('slave_repl_offset') ?? 0);
  return replicas.toSorted((left, right) => offset(right) - offset(left));
}

/**
 * The primary by its own word; while none answers, the one that its replicas still follow. Pure.
 * Its replicas are listed with the one first that has received the most.
 * @param current the primary so far, if known: it stays while nobody has succeeded it
 */
export function pairViewOf(
  nodes: readonly NodeRecord[],
  answers: readonly { readonly node: NodeRecord; readonly text: string }[],
  current?: NodeRecord,
): ServerView {
  const seen = answers.map(({ node, text }) => ({
    node,
    replication: readReplication(text, node),
    info: parseInfo(text),
  }));
  const chosen = choosePrimary(
    seen.map(({ replication }) => replication),
    current,
  );
  const replicas = seen.filter(({ replication }) => !replication.isPrimary);
  const primary =
    seen.find(({ replication }) => replication.address === chosen)?.node ??
    nodes.find(({ host, port }) =>
      replicas.some(({ info }) => info.get('master_host') === host && Number(info.get('master_port')) === port),
    );
  if (primary === undefined) return { shards: [] };
  const replicaNodeIds = furthestFirst(replicas).map(({ node }) => node.id);
  return { shards: [{ shardIndex: 0, slots: [[0, 16_383]], primaryNodeId: primary.id, replicaNodeIds, epoch: 0 }] };
}

function slotRange(text: string): readonly [number, number] {
  const [first = 0, last = first] = text.split('-').map(Number);
  return [first, last];
}
