/**
 * From what several nodes say to one map: who owns which slots now. Pure, so that split views can be tested by hand.
 *
 * A claim with a higher configuration epoch wins, whoever makes it: that is the rule by which Redis Cluster itself
 * settles ownership (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/). Where epochs are equal or
 * not sent, the majority of the views wins, and when that is even, what was known before stays. An epoch that was
 * accepted is remembered: a node that was cut off and is the only one to answer does not win back what it has lost.
 */
import type { AnnouncedNode, ClusterNodes, ClusterSlots, SlotRange } from './cluster-view.ts';

/** A node as connections know it. */
export interface Member {
  /** `host:port`, as announced: how ioredis names the node. */
  readonly key: string;
  readonly host: string;
  readonly port: number;
  /** Tells a new node under an old name from the old one; empty where the server sends none. */
  readonly nodeId: string;
  /** Addresses that are known to be this node's, besides `host`. */
  readonly alternatives: readonly string[];
}

export interface Shard {
  readonly slots: readonly SlotRange[];
  readonly primary: Member;
  readonly replicas: readonly Member[];
  /** Highest configuration epoch of the primary that was accepted; 0 where none is sent. */
  readonly epoch: number;
}

/** Who owns what. Slots that are in no shard have no owner. */
export interface ClusterMap {
  readonly shards: readonly Shard[];
  /**
   * Every node, by key: those of the shards, and those that no shard lists at the moment although the nodes still count
   * them in (a replica is not listed while it synchronises, right after it was the primary, for instance).
   */
  readonly members: ReadonlyMap<string, Member>;
  /** Equal for equal maps. */
  readonly fingerprint: string;
  /** The part of the fingerprint that a single view can be compared with. */
  readonly shardsFingerprint: string;
}

/** What one node said. */
export interface NodeView {
  /** Its id by its own account; views of one node that came by two ways count once. */
  readonly nodeId: string;
  readonly owners: readonly OwnerClaim[];
  /** Ids of all nodes that it counts in, whether they own slots or not. */
  readonly presentNodeIds: ReadonlySet<string>;
}

export interface OwnerClaim {
  readonly slots: SlotRange;
  readonly primary: Member;
  readonly replicas: readonly Member[];
  /** Configuration epoch of the primary as this node knows it; 0 where it is not sent. */
  readonly epoch: number;
}

/** Not `fail?`, which is one node's suspicion and not yet the majority's finding. */
const ABSENT_FLAGS = ['fail', 'noaddr', 'handshake'] as const;

/** @param dialledHost stands in where a node announces no host. */
export function viewOf(slots: ClusterSlots, nodes: ClusterNodes, dialledHost: string): NodeView {
  const rows = new Map(nodes.nodes.map((node) => [node.nodeId, node]));
  const myself = nodes.nodes.find((node) => node.flags.includes('myself'));
  const present = nodes.nodes.filter(({ flags }) => !ABSENT_FLAGS.some((flag) => flags.includes(flag)));
  return {
    nodeId: myself?.nodeId ?? '',
    presentNodeIds: new Set(present.map((node) => node.nodeId)),
    owners: slots.owners.map((owner) => {
      const row = rows.get(owner.primary.nodeId);
      return {
        slots: owner.slots,
        primary: memberOf(owner.primary, dialledHost, row?.host),
        replicas: owner.replicas.map((replica) => memberOf(replica, dialledHost, rows.get(replica.nodeId)?.host)),
        epoch: row?.configEpoch ?? 0,
      };
    }),
  };
}

function memberOf(node: AnnouncedNode, dialledHost: string, busHost: string | undefined): Member {
  const host = node.host === '' ? dialledHost : node.host;
  const alternatives = [...node.alternatives, busHost ?? ''].filter((address) => address !== '' && address !== host);
  return { key: `${host}:${node.port}`, host, port: node.port, nodeId: node.nodeId, alternatives };
}

/** One map from the views of several nodes. Undefined when there is nothing to go by. */
export function agreedMap(views: readonly NodeView[], current?: ClusterMap): ClusterMap | undefined {
  const voters = withoutRepetition(views).filter((view) => view.owners.length > 0);
  if (voters.length === 0) return undefined;
  const shardBefore = current === undefined ? () => undefined : shardLookup(current);
  const settled = segmentsOf(voters).flatMap((segment) => {
    const claims = voters.flatMap((view) => view.owners.filter((claim) => covers(claim.slots, segment)));
    const before = shardBefore(segment[0]);
    const winner = winningClaim(claims, before === undefined ? undefined : identityOf(before.primary));
    return winner === undefined ? [] : [{ segment, winner: notOlder(winner, before, segment, voters) }];
  });
  const isPresent = (nodeId: string) => {
    const seeing = voters.filter((view) => view.presentNodeIds.has(nodeId));
    return nodeId !== '' && seeing.length * 2 > voters.length;
  };
  const unlisted = [...(current?.members.values() ?? [])].filter((member) => isPresent(member.nodeId));
  return mapOf(settled, unlisted);
}

/** A map from one list of shards; exported for tests and for the first connect. */
export function mapOf(
  settled: readonly { readonly segment: SlotRange; readonly winner: Omit<OwnerClaim, 'slots'> }[],
  unlisted: readonly Member[] = [],
): ClusterMap {
  const shards = new Map<string, Omit<Shard, 'slots'> & { readonly slots: SlotRange[] }>();
  for (const { segment, winner } of [...settled].sort((left, right) => left.segment[0] - right.segment[0])) {
    const id = identityOf(winner.primary);
    const shard = shards.get(id);
    if (shard === undefined)
      shards.set(id, {
        slots: [segment],
        primary: winner.primary,
        replicas: sortedMembers(winner.replicas),
        epoch: winner.epoch,
      });
    else extend(shard.slots, segment);
  }
  const list = [...shards.values()];
  const members = new Map<string, Member>();
  for (const member of unlisted) members.set(member.key, member);
  // Primaries last: where two nodes share a key, the primary's identity is the one that counts.
  for (const replica of list.flatMap((shard) => shard.replicas)) members.set(replica.key, replica);
  for (const { primary } of list) members.set(primary.key, primary);
  const shardsFingerprint = fingerprintOf(list);
  const fingerprint = [shardsFingerprint, ...[...members.values()].map(identityOf).sort()].join('\n');
  return { shards: list, members, fingerprint, shardsFingerprint };
}

/** Whether a view says what the map says (a difference is an early sign of change, not a decision). */
export function agreesWith(view: NodeView, map: ClusterMap): boolean {
  const seen = mapOf(view.owners.map((claim) => ({ segment: claim.slots, winner: claim })));
  return (
    seen.shardsFingerprint === map.shardsFingerprint &&
    [...map.members.values()].every((member) => countsIn(view, member))
  );
}

/** A view without CLUSTER NODES says nothing of who is counted in. */
function countsIn(view: NodeView, member: Member): boolean {
  return member.nodeId === '' || view.presentNodeIds.size === 0 || view.presentNodeIds.has(member.nodeId);
}

/** Same node: same address and, where ids are sent, same id. */
export function identityOf(member: Member): string {
  return `${member.key}#${member.nodeId}`;
}

function withoutRepetition(views: readonly NodeView[]): NodeView[] {
  const byNode = new Map<string, NodeView>();
  for (const [index, view] of views.entries()) byNode.set(view.nodeId === '' ? `unnamed-${index}` : view.nodeId, view);
  return [...byNode.values()];
}

/** The stretches of slots within which no view changes owner. */
function segmentsOf(views: readonly NodeView[]): SlotRange[] {
  const cuts = new Set<number>();
  for (const claim of views.flatMap((view) => view.owners)) {
    cuts.add(claim.slots[0]);
    cuts.add(claim.slots[1] + 1);
  }
  const ordered = [...cuts].sort((left, right) => left - right);
  return ordered.slice(0, -1).map((first, index) => [first, (ordered[index + 1] ?? first + 1) - 1] as const);
}

function winningClaim(claims: readonly OwnerClaim[], ownerBefore: string | undefined): OwnerClaim | undefined {
  const highest = claims.reduce((epoch, claim) => Math.max(epoch, claim.epoch), 0);
  const newest = claims.filter((claim) => claim.epoch === highest);
  const votes = new Map<string, number>();
  for (const claim of newest) votes.set(identityOf(claim.primary), (votes.get(identityOf(claim.primary)) ?? 0) + 1);
  const most = Math.max(...votes.values());
  const tied = [...votes].filter(([, count]) => count === most).map(([identity]) => identity);
  const winner = tied.includes(ownerBefore ?? '') ? ownerBefore : tied[0];
  return commonestReplicas(newest.filter((claim) => identityOf(claim.primary) === winner));
}

/**
 * What was accepted before, when the winner's epoch is older than that: then the views are stale. Unless two nodes say the
 * same, or the owner is one whom nobody knows any more: then the cluster was made anew, and its epochs start again.
 */
function notOlder(
  winner: OwnerClaim,
  before: Shard | undefined,
  segment: SlotRange,
  voters: readonly NodeView[],
): Omit<OwnerClaim, 'slots'> {
  if (before === undefined || winner.epoch >= before.epoch) return winner;
  const identity = identityOf(winner.primary);
  if (identity === identityOf(before.primary)) return { ...winner, epoch: before.epoch };
  const agreeing = voters.filter((view) =>
    view.owners.some((claim) => covers(claim.slots, segment) && identityOf(claim.primary) === identity),
  );
  // Views without a name may all be of one node.
  if (new Set(agreeing.map((view) => view.nodeId)).size >= 2) return winner;
  return voters.some((view) => knows(view, before.primary)) ? before : winner;
}

function knows(view: NodeView, member: Member): boolean {
  if (member.nodeId !== '' && view.presentNodeIds.has(member.nodeId)) return true;
  const listed = view.owners.flatMap((claim) => [claim.primary, ...claim.replicas]);
  return listed.some((other) => identityOf(other) === identityOf(member));
}

/** Among claims for one primary: the list of replicas that most name; the longer one when even. */
function commonestReplicas(claims: readonly OwnerClaim[]): OwnerClaim | undefined {
  const listOf = (claim: OwnerClaim) => sortedMembers(claim.replicas).map(identityOf).join(' ');
  const weight = (claim: OwnerClaim) =>
    claims.filter((other) => listOf(other) === listOf(claim)).length * 1_000 + claim.replicas.length;
  return [...claims].sort((left, right) => weight(right) - weight(left))[0];
}

function shardLookup(map: ClusterMap): (slot: number) => Shard | undefined {
  return (slot) => map.shards.find((shard) => shard.slots.some((range) => range[0] <= slot && slot <= range[1]));
}

function covers(range: SlotRange, segment: SlotRange): boolean {
  return range[0] <= segment[0] && segment[1] <= range[1];
}

/** Segments come in ascending order, so a stretch that goes on where the last one ended is joined to it. */
function extend(slots: SlotRange[], segment: SlotRange): void {
  const last = slots.at(-1);
  if (last !== undefined && last[1] + 1 === segment[0]) slots[slots.length - 1] = [last[0], segment[1]];
  else slots.push(segment);
}

function sortedMembers(members: readonly Member[]): Member[] {
  return [...members].sort((left, right) => (identityOf(left) < identityOf(right) ? -1 : 1));
}

function fingerprintOf(shards: readonly Shard[]): string {
  return shards
    .map(
      (shard) =>
        `${shard.slots.map((range) => range.join('-')).join(',')} ${[shard.primary, ...shard.replicas].map(identityOf).join(' ')}`,
    )
    .sort()
    .join('\n');
}
