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
import type { NodeObservation } from '../observation.ts';

/** The cluster's own opinion of its health, asked of every node: each has one of its own. */
export const clusterState: Check = {
  name: 'cluster-state',
  question: 'Does every node say that the cluster is healthy and complete?',
  reads: ['clusterInfo'],
  notApplicable: hiddenTopology,
  judge: ({ profile, observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'The state of the cluster');
    const servers = everyServer(observation);
    const complaints = (figures: FiguresOf) =>
      saidBy(servers, (server) =>
        server.clusterInfo.kind === 'value' ? differences(server.clusterInfo.value, figures) : [],
      );
    const unhealthy = complaints(() => HEALTHY);
    if (unhealthy.length > 0) {
      return failed(
        'CLUSTER_STATE_NOT_OK',
        `The cluster is not healthy: ${listed(unhealthy)}. See no-failing-nodes and slot-coverage for which nodes and slots.`,
      );
    }
    const unexpected = complaints((info) => countsWanted(info, profile));
    if (unexpected.length > 0) {
      return failed(
        'CLUSTER_SIZE_UNEXPECTED',
        `No server says that the cluster is unhealthy, but its size is not what the profile expects: ${listed(unexpected)}. Correct the expectation in the profile, or the deployment; see shard-count, replicas-per-shard and same-view.`,
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

type ClusterInfo = Readonly<Record<string, string>>;
type FiguresOf = (info: ClusterInfo) => Readonly<Record<string, Figure>>;

const HEALTHY: Readonly<Record<string, Figure>> = {
  cluster_state: exactly('ok'),
  cluster_slots_assigned: exactly(SLOT_COUNT),
  cluster_slots_ok: exactly(SLOT_COUNT),
  cluster_slots_pfail: exactly(0),
  cluster_slots_fail: exactly(0),
};

/** What every server says alike is told once; else each complaint with its server. */
function saidBy(servers: readonly NodeObservation[], complaintsOf: (server: NodeObservation) => string[]): string[] {
  const told = servers.map((server) => ({ place: addressOf(server), complaints: complaintsOf(server) }));
  const [first, ...others] = told.map(({ complaints }) => complaints);
  const isAlike = others.length > 0 && others.every((complaints) => complaints.join() === first?.join());
  if (isAlike) return (first ?? []).map((complaint) => `every server says ${complaint}`);
  return told.flatMap(({ place, complaints }) => complaints.map((complaint) => `${place} says ${complaint}`));
}

/** Figures a server does not send are not held against it: Azure's implementation sends fewer. */
function differences(info: ClusterInfo, figuresOf: FiguresOf): string[] {
  return Object.entries(figuresOf(info)).flatMap(([field, { isRight, wanted }]) => {
    const told = info[field];
    return told === undefined || isRight(told) ? [] : [`${field}:${told} instead of ${wanted}`];
  });
}

function exactly(wanted: string | number): Figure {
  return { isRight: (told) => told === String(wanted), wanted: String(wanted) };
}

/** With automatic scaling the counts may be any of their ranges, and must still fit each other. */
function countsWanted(
  { cluster_size: told }: ClusterInfo,
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
