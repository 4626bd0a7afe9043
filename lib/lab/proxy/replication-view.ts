/**
 * Which node of a primary and replica pair is the primary, from what each says in INFO replication. When two say they
 * are, succession decides: a promoted replica keeps its predecessor's replication id as its second one.
 */
import type { SlotRange } from '../../topology/slot.ts';
import { addressText } from './backend-connection.ts';
import type { TopologyView } from './cluster-view.ts';
import type { Address } from './config.ts';

export interface ReplicationState {
  readonly address: Address;
  readonly isPrimary: boolean;
  readonly replicationId: string;
  /** Replication id of the primary it took over from; all zeros when there was none. */
  readonly predecessorId: string;
}

export function readReplication(text: string, address: Address): ReplicationState {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(text)?.[1] ?? '';
  return {
    address,
    isPrimary: field('role') === 'master',
    replicationId: field('master_replid'),
    predecessorId: field('master_replid2'),
  };
}

/** @param current the primary so far: it stays while nobody has succeeded it */
export function choosePrimary(states: readonly ReplicationState[], current: Address | undefined): Address | undefined {
  const primaries = states.filter(({ isPrimary }) => isPrimary);
  const notSucceeded = primaries.filter(
    ({ replicationId }) => !primaries.some(({ predecessorId }) => predecessorId === replicationId),
  );
  const isCurrent = ({ address }: ReplicationState) =>
    current !== undefined && addressText(address) === addressText(current);
  return (notSucceeded.find(isCurrent) ?? notSucceeded[0])?.address;
}

const ALL_SLOTS: readonly SlotRange[] = [[0, 16_383]];

/** A pair seen as a deployment of one shard, so that everything behind can treat it as one. */
export function pairTopology(states: readonly ReplicationState[], primary: Address | undefined): TopologyView {
  return {
    shards: primary === undefined ? [] : [{ slots: ALL_SLOTS, primary }],
    members: new Set(states.map(({ address }) => addressText(address))),
  };
}
