import type { ConnectionProfile } from '../../profile/profile.ts';
import { SLOT_COUNT } from '../../topology/slot.ts';
import type { Check } from '../check.ts';
import {
  addressOf,
  everyServer,
  failed,
  hiddenTopology,
  isReached,
  listed,
  notReached,
  passed,
  undecided,
  whyMissing,
} from '../judging.ts';

/** The cluster's own opinion of its health, asked of every node: each has one of its own. */
export const clusterState: Check = {
  name: 'cluster-state',
  question: 'Does every node say that the cluster is healthy and complete?',
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

/** Figures a server does not send are not held against it: Azure's implementation sends fewer. */
function complaintsOf(info: Readonly<Record<string, string>>, { expected, platform }: ConnectionProfile): string[] {
  const wanted: Record<string, string> = {
    cluster_state: 'ok',
    cluster_slots_assigned: String(SLOT_COUNT),
    cluster_slots_ok: String(SLOT_COUNT),
    cluster_slots_pfail: '0',
    cluster_slots_fail: '0',
    cluster_size: String(expected.shardCount),
    // On Azure it is not documented whether replicas are counted.
    ...(platform === 'elasticache'
      ? { cluster_known_nodes: String(expected.shardCount * (1 + expected.replicasPerShard)) }
      : {}),
  };
  return Object.entries(wanted)
    .filter(([field, value]) => info[field] !== undefined && info[field] !== value)
    .map(([field, value]) => `${field}:${info[field]} instead of ${value}`);
}
