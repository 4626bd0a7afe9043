import { leastOf } from '../../profile/count.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';
import type { Check } from '../check.ts';
import {
  addressOf,
  counted,
  everyServer,
  failed,
  hasPrimaryEndpoint,
  hiddenReplicas,
  isReached,
  isSecondary,
  listed,
  nodeViews,
  notReached,
  passed,
  slotViews,
  undecided,
  valueIn,
} from '../judging.ts';
import type { NodeObservation, Observation } from '../observation.ts';

/**
 * A replica that has not acknowledged for longer is not in sync: the servers' own default of `min-replicas-max-lag`.
 * A healthy one acknowledges every second.
 */
export const REPLICA_MAXIMUM_LAG_SECONDS = 10;

export const replicasInSync: Check = {
  name: 'replicas-in-sync',
  question: 'Does every replica follow its primary closely?',
  reads: ['info'],
  notApplicable: (profile: ConnectionProfile) =>
    hiddenReplicas(profile) ??
    (profile.expected.replicasPerShard === 0 && !isSecondary(profile) ? 'The deployment has no replicas.' : undefined),
  judge: ({ profile, observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'The state of replication');
    // In a cluster the endpoint is one of the nodes; without one it is the primary, and counts them all.
    const counting = profile.clientMode === 'cluster' ? observation.nodes : [observation.endpoint];
    const links = counting.flatMap(replicationLinks);
    const bad = [
      ...new Set(
        everyServer(observation)
          .flatMap(replicationLinks)
          .flatMap(({ complaint }) => complaint ?? []),
      ),
    ];
    if (bad.length > 0) {
      return failed(
        'REPLICA_NOT_IN_SYNC',
        `Replication is behind: ${listed(bad, 4)}. A failover now loses acknowledged writes, or is not granted; wait until the replica has caught up, and find out why it fell behind.`,
      );
    }
    const wanted = replicasWanted(profile, observation);
    const ofSide = (wantedSide: ReplicationLink['side']) => links.filter(({ side }) => side === wantedSide).length;
    const isCopy = isSecondary(profile) && hasPrimaryEndpoint(profile);
    // The one link that such a node tells as a replica is the one to the other region.
    const seen = isCopy ? ofSide('primary') : Math.max(ofSide('replica'), ofSide('primary'));
    if (isCopy && ofSide('replica') === 0)
      return undecided(
        'REPLICATION_NOT_TOLD',
        `${addressOf(observation.endpoint)} does not say how it follows the primary region (see endpoint-roles).`,
      );
    if (seen < wanted) {
      return undecided(
        'REPLICATION_NOT_TOLD',
        `INFO replication told of ${seen} of ${counted(wanted, 'replica')} (see replicas-per-shard and announced-endpoints-reachable).`,
      );
    }
    const andRegion = isCopy ? ', and this region follows the primary one' : '';
    return passed(
      `All ${counted(seen, 'replica')} follow their primaries within ${REPLICA_MAXIMUM_LAG_SECONDS} s${andRegion}.`,
    );
  },
};

/** Where the service changes the counts, as many as any view lists: each of those has to be told of. */
function replicasWanted({ expected: { shardCount, replicasPerShard } }: ConnectionProfile, observation: Observation) {
  const least = leastOf(shardCount) * leastOf(replicasPerShard);
  if (typeof shardCount === 'number' && typeof replicasPerShard === 'number') return least;
  const inNodes = nodeViews(observation).map(({ rows }) => rows.filter(({ role }) => role === 'replica').length);
  const inSlots = slotViews(observation).map(
    ({ rows }) => new Set(rows.flatMap(({ replicas }) => replicas.map(({ host, port }) => `${host}:${port}`))).size,
  );
  return Math.max(least, ...inNodes, ...inSlots);
}

/** One side of one replication link; each link is told by both its ends. */
interface ReplicationLink {
  readonly side: 'primary' | 'replica';
  readonly complaint?: string;
}

function replicationLinks(server: NodeObservation): ReplicationLink[] {
  const info = valueIn(server.info);
  if (info === undefined) return [];
  const isReplica = info.role === 'slave' || info.role === 'replica';
  return [
    ...(isReplica ? [replicaSide(addressOf(server), info)] : []),
    // A replica has replicas of its own where it is what a secondary region copies from.
    ...Object.entries(info)
      .filter(([field]) => /^(slave|replica)\d+$/.test(field))
      .map(([, value]) => primarySide(addressOf(server), value)),
  ];
}

function replicaSide(place: string, info: Readonly<Record<string, string>>): ReplicationLink {
  if (info.master_sync_in_progress === '1')
    return { side: 'replica', complaint: `${place} is still copying its primary's data` };
  if (info.master_link_status !== 'up')
    return {
      side: 'replica',
      complaint: `${place} has no link to its primary (master_link_status:${info.master_link_status ?? 'not told'})`,
    };
  const silentSeconds = Number(info.master_last_io_seconds_ago ?? 0);
  if (silentSeconds > REPLICA_MAXIMUM_LAG_SECONDS)
    return { side: 'replica', complaint: `${place} heard of its primary ${silentSeconds} s ago` };
  return { side: 'replica' };
}

/** `ip=10.0.0.1,port=6379,state=online,offset=1,lag=0` */
function primarySide(place: string, value: string): ReplicationLink {
  const fields = Object.fromEntries(
    value.split(',').map((part): [string, string] => {
      const [name = '', content = ''] = part.split('=');
      return [name, content];
    }),
  );
  const replica = `the replica ${fields.ip}:${fields.port} of ${place}`;
  if (fields.state !== 'online') return { side: 'primary', complaint: `${replica} is in state ${fields.state}` };
  if (Number(fields.lag ?? 0) > REPLICA_MAXIMUM_LAG_SECONDS)
    return { side: 'primary', complaint: `${replica} acknowledged ${fields.lag} s ago` };
  return { side: 'primary' };
}
