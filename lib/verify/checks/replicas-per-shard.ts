import { countText, leastOf, mostOf } from '../../profile/count.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';
import type { Check } from '../check.ts';
import {
  addressOf,
  counted,
  everyServer,
  failed,
  foreignLinksMax,
  hasPrimaryEndpoint,
  hiddenReplicas,
  isReached,
  isSecondary,
  isWorking,
  listed,
  nodeText,
  nodeViews,
  notReached,
  passed,
  rangesText,
  slotViews,
  undecided,
  valueIn,
  wantedText,
} from '../judging.ts';
import type { NodeObservation, Observation } from '../observation.ts';

/**
 * With automatic scaling every count of its range will do, and it is the same in every shard ("adds or removes replicas uniformly
 * across all shards", https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoScaling-Scaling-Policies-Replicas-Replicas.html).
 * Counted in every node's CLUSTER NODES and in each primary's own list of who replicates from it. CLUSTER SLOTS counts
 * only where clients route reads by it, or where there is nothing else: a server leaves a replica out of it until the
 * first byte of replication has been acknowledged, which on an idle new cluster takes up to ten seconds.
 */
export const replicasPerShard: Check = {
  name: 'replicas-per-shard',
  question: 'Has every shard as many working replicas as were asked for?',
  reads: ['clusterNodes', 'info'],
  notApplicable: hiddenReplicas,
  judge: ({ profile, observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'The number of replicas');
    const { replicasPerShard: wanted } = profile.expected;
    const isAzure = profile.platform === 'azure-managed-redis';
    const counts = [
      ...countedInNodes(observation),
      ...countedInSlots(observation, profile),
      ...(hasPrimaryEndpoint(profile)
        ? countedByPrimary(observation.endpoint, profile)
        : countedByPrimaries(observation, profile)),
    ];
    if (counts.length === 0)
      return undecided('REPLICAS_NOT_TOLD', 'No server told which replicas there are, so they were not counted.');
    const [least, most] = [leastOf(wanted), mostOf(wanted)];
    if (isAzure && least > 0 && counts.every(({ count }) => count === 0)) {
      return undecided(
        'REPLICAS_NOT_SHOWN',
        `The profile expects ${wantedText(wanted, 'replica')} per shard, and no view shows any. Azure may keep replicas out of the cluster's views; ask the control plane whether high availability is on.`,
      );
    }
    const wrong = counts.filter(({ count, foreignMax = 0 }) => count < least || count > most + foreignMax);
    if (wrong.length > 0) {
      const isMissing = wrong.some(({ count }) => count < least);
      const why =
        isMissing || isAzure || profile.expected.globalRole !== undefined
          ? ''
          : ' If it is the primary of a Global Datastore, the links of other regions may be among them: say so with `expected.globalRole`.';
      return failed(
        isMissing ? 'REPLICAS_MISSING' : 'REPLICAS_TOO_MANY',
        `The profile expects ${wantedText(wanted, 'working replica')} per shard: ${listed(perShard(wrong), 4)}. A shard without a replica loses its slots when its primary goes; add what is missing or correct \`expected.replicasPerShard\`.${why}`,
      );
    }
    // Of a range, the smallest count is what each shard has, unless one has lost some.
    const found = typeof wanted === 'number' ? wanted : Math.min(...counts.map(({ count }) => count));
    const uneven = counts.filter(({ count, foreignMax = 0 }) => count > found + foreignMax);
    if (uneven.length > 0) {
      const fewest = counts.filter(({ count }) => count === found);
      return failed(
        'REPLICAS_UNEVEN',
        `Each number of working replicas is within the ${countText(wanted)} expected, but they differ: ${listed(perShard(fewest), 4)}, and the most is ${Math.max(...uneven.map(({ count }) => count))}. Automatic scaling gives every shard the same number: wait for what it is doing, or add the replica that is missing.`,
      );
    }
    const more = counts.some(({ count }) => count > found)
      ? ' The primary counts more: links of other regions of the Global Datastore, which hide a replica of its own that is missing (`redoubt drift` sees it).'
      : '';
    const within = typeof wanted === 'number' ? '' : `, within the ${countText(wanted)} expected`;
    return passed(`Every shard has ${counted(found, 'working replica')} in every view${within}.${more}`);
  },
};

/** One part of a sentence for each shard and number, however many views say it. */
function perShard(counts: readonly ReplicaCount[]): string[] {
  const sources = Map.groupBy(counts, ({ shard, count }) => `${shard} has ${count}`);
  return [...sources].map(([what, told]) => {
    const others = told.length - 1;
    return `${what} (${told[0]?.source}${others === 0 ? '' : ` and ${counted(others, 'other view')}`})`;
  });
}

interface ReplicaCount {
  readonly shard: string;
  readonly count: number;
  readonly source: string;
  /** Links of other regions that may be among them, at most. Default: none. */
  readonly foreignMax?: number;
}

function countedInNodes(observation: Observation): ReplicaCount[] {
  return nodeViews(observation).flatMap(({ place, rows }) =>
    rows
      .filter(({ role, slots }) => role === 'primary' && slots.length > 0)
      .map((primary) => ({
        shard: `${nodeText(primary)} (slots ${rangesText(primary.slots)})`,
        count: rows.filter((row) => row.role === 'replica' && row.primaryNodeId === primary.nodeId && isWorking(row))
          .length,
        source: `CLUSTER NODES of ${place}`,
      })),
  );
}

function countedInSlots(observation: Observation, { replicaReads }: ConnectionProfile): ReplicaCount[] {
  const toldOtherwise = new Set(replicaReads === 'never' ? nodeViews(observation).map(({ place }) => place) : []);
  const views = slotViews(observation).filter(({ place }) => !toldOtherwise.has(place));
  return views.flatMap(({ place, rows }) =>
    rows.map(({ primary, slots, replicas }) => ({
      shard: `${primary.host}:${primary.port} (slots ${rangesText([slots])})`,
      count: replicas.length,
      source: `CLUSTER SLOTS of ${place}`,
    })),
  );
}

/** INFO of the primaries that own slots; the endpoint's own INFO is that of one of them. */
function countedByPrimaries(observation: Observation, profile: ConnectionProfile): ReplicaCount[] {
  const serving = new Set(slotViews(observation).flatMap(({ rows }) => rows.map(({ primary }) => primary.nodeId)));
  return everyServer(observation)
    .filter(({ nodeId }) => nodeId !== '' && serving.has(nodeId))
    .flatMap((server) => countedByPrimary(server, profile));
}

/** In a secondary region the node that is written to elsewhere is itself a replica, and has replicas of its own. */
function countedByPrimary(server: NodeObservation, profile: ConnectionProfile): ReplicaCount[] {
  const info = valueIn(server.info);
  const count = Number(info?.connected_slaves ?? 'none');
  if (info === undefined || Number.isNaN(count)) return [];
  if (info.role !== 'master' && !isSecondary(profile)) return [];
  const source = `INFO of the ${info.role === 'master' ? 'primary' : 'node'} itself`;
  return [{ shard: addressOf(server), count, source, foreignMax: foreignLinksMax(profile) }];
}
