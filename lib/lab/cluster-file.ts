/**
 * The text of a node's nodes.conf. Written ahead for every node (ids, roles, slots, epochs), it makes a cluster that
 * knows itself when it starts: no MEET, no gossip from nothing, no slot assignment.
 */
export interface ClusterMember {
  /** 40 hex digits. */
  readonly clusterNodeId: string;
  readonly host: string;
  readonly port: number;
  readonly busPort: number;
  readonly announcedName?: string;
  /** The primary it replicates; absent for a primary. */
  readonly primaryId?: string;
  /** Configuration epoch; of the primary in the case of a replica. */
  readonly epoch: number;
  /** Inclusive ranges, primaries only. */
  readonly slots: readonly (readonly [number, number])[];
}

/** @param ownId the member whose file it is */
export function clusterFileText(members: readonly ClusterMember[], ownId: string): string {
  const currentEpoch = Math.max(0, ...members.map(({ epoch }) => epoch));
  const lines = members.map((member) => memberLine(member, member.clusterNodeId === ownId));
  return [...lines, `vars currentEpoch ${currentEpoch} lastVoteEpoch 0`, ''].join('\n');
}

function memberLine(member: ClusterMember, isOwn: boolean): string {
  const role = member.primaryId === undefined ? 'master' : 'slave';
  const name = member.announcedName === undefined ? '' : `,${member.announcedName}`;
  return [
    member.clusterNodeId,
    `${member.host}:${member.port}@${member.busPort}${name}`,
    isOwn ? `myself,${role}` : role,
    member.primaryId ?? '-',
    // Last ping sent and pong received; the file's reader starts both anew.
    '0',
    '0',
    String(member.epoch),
    'connected',
    ...member.slots.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)),
  ].join(' ');
}
