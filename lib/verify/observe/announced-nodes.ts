/** Which nodes the cluster's views announce, and at which address a client would dial each of them. */
import { isIP } from 'node:net';
import { addressText } from '../../base/address.ts';
import type { AnnouncedNode, ClusterNode, SlotOwner, SlotRange } from '../../client/cluster-view.ts';
import type { Address } from '../observation.ts';

export interface AnnouncedTarget {
  readonly address: Address;
  /** Empty where the server sends none. */
  readonly nodeId: string;
  readonly role: 'primary' | 'replica' | 'unknown';
  /** Slots of its shard: its own, or its primary's. */
  readonly slots: readonly SlotRange[];
}

/**
 * CLUSTER SLOTS says where clients dial, so its address counts; CLUSTER NODES adds nodes that serve no slot or have
 * failed. Rows without an address (`noaddr`, handshakes still open) have nothing to dial and are left out.
 */
export function announcedTargets(
  owners: readonly SlotOwner[],
  nodes: readonly ClusterNode[],
  endpoint: Address,
): AnnouncedTarget[] {
  const targets = new Map<string, AnnouncedTarget>();
  for (const owner of owners) {
    addAnnounced(targets, owner.primary, 'primary', owner.slots, endpoint);
    for (const replica of owner.replicas) addAnnounced(targets, replica, 'replica', owner.slots, endpoint);
  }
  const announcesNames = [...targets.values()].some(({ address }) => isIP(address.host) === 0);
  for (const node of nodes) {
    const primary = nodes.find(({ nodeId }) => nodeId === node.primaryNodeId);
    addRow(targets, node, primary?.slots ?? node.slots, announcesNames, endpoint);
  }
  return [...targets.values()];
}

function addAnnounced(
  targets: Map<string, AnnouncedTarget>,
  node: AnnouncedNode,
  role: 'primary' | 'replica',
  slots: SlotRange,
  endpoint: Address,
): void {
  const address = { host: node.host === '' ? endpoint.host : node.host, port: node.port };
  const key = addressText(address);
  const known = targets.get(key);
  targets.set(key, { address, nodeId: node.nodeId, role, slots: [...(known?.slots ?? []), slots] });
}

function addRow(
  targets: Map<string, AnnouncedTarget>,
  node: ClusterNode,
  slots: readonly SlotRange[],
  announcesNames: boolean,
  endpoint: Address,
): void {
  if (node.port === 0 || node.flags.includes('noaddr') || node.flags.includes('handshake')) return;
  const host = (announcesNames && node.hostname !== '' ? node.hostname : node.host) || node.hostname || endpoint.host;
  const address = { host, port: node.port };
  const known = [...targets.values()].some((target) => target.nodeId === node.nodeId || sameAddress(target, address));
  if (!known) targets.set(addressText(address), { address, nodeId: node.nodeId, role: node.role, slots });
}

function sameAddress({ address }: AnnouncedTarget, other: Address): boolean {
  return addressText(address) === addressText(other);
}
