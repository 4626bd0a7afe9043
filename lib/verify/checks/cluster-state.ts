import { type Count, countText, isWithin } from '../../profile/count.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';
import { SLOT_COUNT } from '../../topology/slot.ts';
import type { Check } from '../check.ts';
import {
  addressOf,
  counted,
  everyServer,
  failed,
  hiddenTopology,
  isReached,
  listed,
  notReached,
  passed,
  undecided,
  wantedText,
  whyMissing,
} from '../judging.ts';

/** The cluster's own opinion of its health, asked of every node: each has one of its own. */
export const clusterState: Check = {
  name: 'cluster-state',
  question: 'Does every node say that the cluster is healthy and complete?',
  reads: ['clusterInfo'],
  notApplicable: hiddenTopology,
  judge: ({ profile, observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'The state of the cluster');
    const servers = everyServer(observation);
    const complaints = servers.flatMap((server) =>
      server.clusterInfo.kind === 'value'
        ? complaintsOf(server.clusterInfo.value, profile).map((complaint) => `${addressOf(server)} says ${complaint}`)
        : [],
    );
    if (complaints.length > 0) {
      return failed(
        'CLUSTER_STATE_NOT_OK',
        `The cluster is not healthy: ${listed(complaints)}. See no-failing-nodes and slot-coverage for which nodes and slots.`,
      );
    }
    const missing = servers.filter(
      ({ clusterInfo }) => clusterInfo.kind !== 'value' || clusterInfo.value.cluster_state === undefined,
    );
    if (missing.length > 0) {
      const which = missing.map((server) => `${addressOf(server)} (${whyMissing(server.clusterInfo)})`);
      return undecided('CLUSTER_STATE_NOT_TOLD', `The state of the cluster was not told by ${listed(which)}.`);
    }
    return passed(
      `All ${servers.length} servers asked say cluster_state:ok with all ${SLOT_COUNT} slots assigned and none failing.`,
    );
  },
};

interface Figure {
  readonly isRight: (told: string) => boolean;
  /** The end of "… instead of …". */
  readonly wanted: string;
}

/** Figures a server does not send are not held against it: Azure's implementation sends fewer. */
function complaintsOf(info: Readonly<Record<string, string>>, profile: ConnectionProfile): string[] {
  const figures: Record<string, Figure> = {
    cluster_state: exactly('ok'),
    cluster_slots_assigned: exactly(SLOT_COUNT),
    cluster_slots_ok: exactly(SLOT_COUNT),
    cluster_slots_pfail: exactly(0),
    cluster_slots_fail: exactly(0),
    ...countsWanted(info, profile),
  };
  return Object.entries(figures).flatMap(([field, { isRight, wanted }]) => {
    const told = info[field];
    return told === undefined || isRight(told) ? [] : [`${field}:${told} instead of ${wanted}`];
  });
}

function exactly(wanted: string | number): Figure {
  return { isRight: (told) => told === String(wanted), wanted: String(wanted) };
}

/** With automatic scaling the counts may be any of their ranges, and must still fit each other. */
function countsWanted(
  { cluster_size: told }: Readonly<Record<string, string>>,
  { expected: { shardCount, replicasPerShard }, platform }: ConnectionProfile,
): Record<string, Figure> {
  const size = { cluster_size: { isRight: isIn(shardCount), wanted: countText(shardCount) } };
  const shards = typeof shardCount === 'number' ? shardCount : Number(told);
  // On Azure it is not documented whether replicas are counted; a size that is wrong itself says nothing of the nodes.
  if (platform !== 'elasticache' || !isWithin(shards, shardCount)) return size;
  if (typeof replicasPerShard === 'number')
    return { ...size, cluster_known_nodes: exactly(shards * (1 + replicasPerShard)) };
  const isReplicas = isIn(replicasPerShard);
  return {
    ...size,
    cluster_known_nodes: {
      isRight: (nodes) => isReplicas(String(Number(nodes) / shards - 1)),
      wanted: `${counted(shards, 'shard')} with the same ${wantedText(replicasPerShard, 'replica')} each`,
    },
  };
}

function isIn(count: Count): (told: string) => boolean {
  return (told) => Number.isInteger(Number(told)) && isWithin(Number(told), count);
}
