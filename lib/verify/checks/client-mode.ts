import type { Check } from '../check.ts';
import {
  addressOf,
  type Finding,
  failed,
  isReached,
  listed,
  notReached,
  passed,
  rightsAdvice,
  undecided,
} from '../judging.ts';
import type { Answer, Observation } from '../observation.ts';
import { type ServerMode, serverMode } from '../server-mode.ts';

/**
 * What the server is, against what clients are told it is. A client built for the other kind connects, answers PING,
 * and fails in production: this is the check to read first when an application cannot use a healthy server.
 */
export const clientMode: Check = {
  name: 'client-mode',
  question: 'Is the server of the kind that the profile tells clients to expect?',
  judge: ({ profile, observation }) => {
    if (!isReached(observation.endpoint)) return notReached(observation, 'What kind of server it is');
    const place = addressOf(observation.endpoint);
    const mode = serverMode(observation);
    if (mode.kind === 'undetermined') {
      return undecided(
        'CLIENT_MODE_UNDETERMINED',
        `Whether ${place} is a cluster or a single endpoint could not be told: ${listed(mode.evidence, 8)}.${rightsAdvice(asked(observation))}`,
      );
    }
    if (profile.clientMode === 'single')
      return mode.kind === 'cluster' ? singleOnCluster(place, mode) : agreed(place, 'single', mode);
    if (mode.kind === 'single') return clusterOnSingle(place, mode);
    return mode.announcesTopology ? agreed(place, 'cluster', mode) : topologyRefused(place, mode);
  },
};

/** What it is told by. */
function asked({ endpoint, routing }: Observation): Answer<unknown>[] {
  const reads = routing.otherErrors.map((message) => ({ kind: 'error', message }) as const);
  return [endpoint.info, endpoint.clusterSlots, ...reads];
}

function agreed(place: string, declared: string, { evidence }: ServerMode): Finding {
  return passed(`clientMode is "${declared}" and ${place} is that: ${listed(evidence, 8)}.`);
}

function singleOnCluster(place: string, mode: ServerMode): Finding {
  const symptom =
    mode.shardCount === 1
      ? 'With its one shard, single-key commands work and hide the mistake; multi-key commands and Lua scripts meet MOVED on some connections, and after the next scaling every second key does'
      : 'A single client connects and answers PING, then meets MOVED on every key of another shard, and multi-key commands and Lua scripts fail although their keys carry hash tags (the application answers HTTP 500)';
  return failed(
    'CLIENT_MODE_SINGLE_ON_CLUSTER',
    `clientMode is "single", but ${place} is a sharded cluster: ${listed(mode.evidence, 8)}. ${symptom}. Declare clientMode "cluster" (REDIS_CLUSTER_MODE=true) and build a cluster client explicitly, also when there is one address only: ioredis \`new Redis.Cluster\`, node-redis \`createCluster\`, go-redis \`IsClusterMode: true\`.`,
  );
}

function clusterOnSingle(place: string, mode: ServerMode): Finding {
  return failed(
    'CLIENT_MODE_CLUSTER_ON_SINGLE',
    `clientMode is "cluster", but ${place} is one single endpoint: ${listed(mode.evidence, 8)}. A cluster client cannot read a topology there and never gets ready (ioredis "ClusterAllFailedError", redis-py "Cluster mode is not enabled on this node"). Declare clientMode "single" (REDIS_CLUSTER_MODE=false) and build a plain client; if a sharded client was wanted, the database needs another clustering policy, and on Azure that means creating it again.`,
  );
}

function topologyRefused(place: string, mode: ServerMode): Finding {
  return failed(
    'CLIENT_MODE_TOPOLOGY_REFUSED',
    `${place} routes keys like a cluster but does not tell its topology to this user: ${listed(mode.evidence, 8)}. A cluster client cannot start without CLUSTER SLOTS; allow \`+cluster|slots\` to the user.`,
  );
}
