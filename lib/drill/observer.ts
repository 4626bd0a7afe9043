/**
 * Watches the servers from outside every client, from outside: when did a majority of the nodes first name another
 * primary? Without it nobody could say whether a client was slow or the servers were.
 */
import type { ServerView } from '../lab/lab.ts';
import type { DrillClock } from './clock.ts';
import type { FaultRecord, ServerSight, TimelineEvent } from './history.ts';
import type { ServerNode, Servers } from './target.ts';

/** A node that says nothing for this long has no vote in this round. */
const VOTE_TIMEOUT_MS = 1_000;
/** A round that waits for a frozen node must not hold up the next; more than this many at once would be a queue. */
const MAXIMUM_ROUNDS = 25;

/** A shard's primary as first seen at a moment. */
export interface PrimarySighting {
  readonly atMs: number;
  readonly shardIndex: number;
  readonly host: string;
  readonly port: number;
  readonly epoch: number;
}

export interface Observer {
  readonly sightings: readonly PrimarySighting[];
  /** Ends the watch; resolves when no question is open any more. */
  stop(): Promise<void>;
}

export function startObserver(
  servers: Servers,
  now: DrillClock,
  event: (kind: TimelineEvent['kind'], text: string, atMs: number) => void,
): Observer {
  const sightings: PrimarySighting[] = [];
  const rounds = new Set<Promise<void>>();
  // Nodes are remembered: one that was just retired may still be named by an answer on its way.
  const nodes = new Map<string, ServerNode>();
  const round = async () => {
    // The question's time, not the answer's: what is late here must not look like patience of the servers.
    const atMs = now();
    for (const node of servers.nodes()) nodes.set(node.id, node);
    const view = await servers.serverView(VOTE_TIMEOUT_MS);
    for (const node of servers.nodes()) nodes.set(node.id, node);
    for (const sighting of sightingsIn(view, nodes, atMs)) note(sighting);
  };
  const note = (sighting: PrimarySighting) => {
    const known = sightings.findLast(({ shardIndex }) => shardIndex === sighting.shardIndex);
    // Rounds overlap, so an older one may answer last.
    if (known !== undefined && (isSamePrimary(known, sighting) || sighting.atMs < known.atMs)) return;
    sightings.push(sighting);
    if (known !== undefined)
      event(
        'promotion',
        `shard ${sighting.shardIndex + 1}: ${sighting.host}:${sighting.port} is the primary`,
        sighting.atMs,
      );
  };
  const timer = setInterval(() => {
    if (rounds.size >= MAXIMUM_ROUNDS) return;
    // A round that could not see anything, even because the whole lab is gone, has seen nothing; the next one may.
    const running = round()
      .catch(() => undefined)
      .finally(() => rounds.delete(running));
    rounds.add(running);
  }, servers.observeEveryMs);
  return {
    sightings,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(rounds);
    },
  };
}

/** Who became primary in the fault's shard after it, and when; nothing when nobody did. Pure. */
export function withPromotion(
  fault: Omit<FaultRecord, 'promotedMs' | 'newPrimary'>,
  sightings: readonly PrimarySighting[],
): FaultRecord {
  const others = sightings.filter(
    (sighting) => sighting.shardIndex === fault.shardIndex && !isSamePrimary(sighting, fault.oldPrimary),
  );
  // A round that asked before the fault may have been answered after the promotion; the newer epoch tells it from one
  // that saw the primary before the old one.
  const promotion =
    others.findLast(({ atMs, epoch }) => atMs < fault.injectedMs && epoch > fault.oldPrimary.epoch) ??
    others.find(({ atMs }) => atMs >= fault.injectedMs);
  if (promotion === undefined) return fault;
  const { atMs, host, port, epoch } = promotion;
  return { ...fault, promotedMs: Math.max(atMs, fault.injectedMs), newPrimary: { host, port, epoch } };
}

/** Every change of a shard's primary, where nobody of ours asked for it: watched maintenance, and what a cloud does by itself. Pure. */
export function promotionsSeen(sightings: readonly PrimarySighting[], fromMs: number): FaultRecord[] {
  return sightings.flatMap((sighting, index) => {
    const before = sightings.slice(0, index).findLast(({ shardIndex }) => shardIndex === sighting.shardIndex);
    if (before === undefined || sighting.atMs < fromMs) return [];
    const { shardIndex, atMs, host, port, epoch } = sighting;
    return [
      {
        shardIndex,
        // When it began nobody knows: what came before the promotion counts as the servers' own.
        injectedMs: atMs,
        promotedMs: atMs,
        oldPrimary: { host: before.host, port: before.port, epoch: before.epoch },
        newPrimary: { host, port, epoch },
      },
    ];
  });
}

/** The servers at one moment; undefined when nobody answers. */
export async function lookAtServers(servers: Servers, now: DrillClock): Promise<ServerSight | undefined> {
  const seen = await viewAndNodes(servers).catch(() => undefined);
  if (seen === undefined) return undefined;
  const { view, nodes } = seen;
  const slots = view.shards.flatMap((shard) => (nodes.has(shard.primaryNodeId) ? shard.slots : []));
  const slotsCovered = slots.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  // Behind such an endpoint there are servers, but nobody can say which.
  if (servers.topologyIsHidden) return { atMs: now(), slotsCovered, nodes: [] };
  return {
    atMs: now(),
    slotsCovered,
    nodes: view.shards.flatMap(({ shardIndex, primaryNodeId, replicaNodeIds }) =>
      [primaryNodeId, ...replicaNodeIds].flatMap((id) => {
        const node = nodes.get(id);
        if (node === undefined) return [];
        return [
          {
            host: node.host,
            port: node.port,
            shardIndex,
            role: id === primaryNodeId ? ('primary' as const) : ('replica' as const),
          },
        ];
      }),
    ),
  };
}

/** Rejects, and never throws, when the lab or its directory is gone. */
async function viewAndNodes(servers: Servers): Promise<{ view: ServerView; nodes: ReadonlyMap<string, ServerNode> }> {
  const view = await servers.serverView();
  return { view, nodes: new Map(servers.nodes().map((node) => [node.id, node])) };
}

function sightingsIn(view: ServerView, nodes: ReadonlyMap<string, ServerNode>, atMs: number): PrimarySighting[] {
  return view.shards.flatMap(({ shardIndex, primaryNodeId, epoch }) => {
    const node = nodes.get(primaryNodeId);
    return node === undefined ? [] : [{ atMs, shardIndex, host: node.host, port: node.port, epoch }];
  });
}

function isSamePrimary(
  one: { readonly host: string; readonly port: number },
  other: { readonly host: string; readonly port: number },
): boolean {
  return one.host === other.host && one.port === other.port;
}
