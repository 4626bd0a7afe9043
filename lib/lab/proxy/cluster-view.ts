/**
 * Who owns what, from what several nodes say. Every node's CLUSTER NODES carries the configuration epoch of every
 * primary, and the protocol settles ownership by it: the claim with the highest epoch wins, whoever reports it. So one
 * node that has heard of a promotion is enough, and a silent or mistaken old primary cannot outvote it.
 */
import { SLOT_COUNT, type SlotRange } from '../../topology/slot.ts';
import { addressText } from './backend-connection.ts';
import type { Address } from './config.ts';

export interface NodeLine {
  readonly address: Address;
  readonly isPrimary: boolean;
  readonly hasFailed: boolean;
  readonly epoch: number;
  readonly slots: readonly SlotRange[];
}

export interface ShardView {
  readonly slots: readonly SlotRange[];
  readonly primary: Address;
}

export interface TopologyView {
  /** Ordered by first slot. */
  readonly shards: readonly ShardView[];
  /** Addresses of every node that belongs to the deployment and is not marked as failed. */
  readonly members: ReadonlySet<string>;
}

/** @param answeredAt the address that was asked; a node that does not know its own address leaves it out */
export function readClusterNodes(text: string, answeredAt: Address): NodeLine[] {
  return text.split('\n').flatMap((line) => {
    const [, where, flagText, , , , epochText, , ...slotTexts] = line.trim().split(' ');
    if (where === undefined || flagText === undefined || epochText === undefined) return [];
    const flags = flagText.split(',');
    const address = flags.includes('myself') ? answeredAt : addressOf(where);
    if (address === undefined || flags.includes('noaddr') || flags.includes('handshake')) return [];
    const isPrimary = flags.includes('master');
    const slots = isPrimary ? slotTexts.flatMap(rangeOf) : [];
    return [{ address, isPrimary, hasFailed: flags.includes('fail'), epoch: Number(epochText), slots }];
  });
}

/** `host:port@bus,name`; an IPv6 host has colons of its own. */
function addressOf(text: string): Address | undefined {
  const match = /^(.+):(\d+)(?:@|$)/.exec(text);
  if (match === null) return undefined;
  const port = Number(match[2]);
  return port > 0 ? { host: match[1] as string, port } : undefined;
}

/** `0-5460` or `7`; slots on the move (`[7->-id]`) still belong to their owner and are listed there too. */
function rangeOf(text: string): SlotRange[] {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) return [];
  const first = Number(match[1]);
  return [[first, match[2] === undefined ? first : Number(match[2])]];
}

export function mergeViews(views: readonly (readonly NodeLine[])[]): TopologyView {
  const claims = distinctClaims(views.flat()).sort((one, other) => one.epoch - other.epoch);
  const owners: (Address | undefined)[] = new Array(SLOT_COUNT).fill(undefined);
  for (const claim of claims) {
    for (const [first, last] of claim.slots) owners.fill(claim.address, first, Math.min(last + 1, SLOT_COUNT));
  }
  const failed = new Set(views.flat().flatMap((node) => (node.hasFailed ? [addressText(node.address)] : [])));
  const members = views.flat().map(({ address }) => addressText(address));
  return { shards: shardsOf(owners), members: new Set(members.filter((member) => !failed.has(member))) };
}

function distinctClaims(nodes: readonly NodeLine[]): NodeLine[] {
  const claims = nodes.filter(({ isPrimary, slots }) => isPrimary && slots.length > 0);
  return [
    ...new Map(
      claims.map((claim) => [`${addressText(claim.address)} ${claim.epoch} ${claim.slots.join()}`, claim]),
    ).values(),
  ];
}

function shardsOf(owners: readonly (Address | undefined)[]): ShardView[] {
  const shards = new Map<string, { primary: Address; slots: [number, number][] }>();
  let slot = 0;
  while (slot < owners.length) {
    const owner = owners[slot];
    const first = slot;
    while (slot < owners.length && owners[slot] === owner) slot += 1;
    if (owner === undefined) continue;
    const shard = shards.get(addressText(owner)) ?? { primary: owner, slots: [] };
    shards.set(addressText(owner), shard);
    const last = shard.slots.at(-1);
    if (last !== undefined && last[1] + 1 === first) last[1] = slot - 1;
    else shard.slots.push([first, slot - 1]);
  }
  return [...shards.values()];
}
