/**
 * What the server really is, from everything it says and does, cheapest sign first and the decisive one last: HELLO,
 * INFO, CLUSTER SLOTS, and how it routes keys that belong elsewhere.
 */
import { addressOf, counted, valueIn, whyMissing } from './judging.ts';
import type { Observation } from './observation.ts';

export interface ServerMode {
  /**
   * `cluster`: keys belong to nodes and the client must know which. `single`: one endpoint takes every key. `either`:
   * several shards are announced, yet the endpoint routes every key itself. `undetermined`: too little was seen.
   */
  readonly kind: 'cluster' | 'single' | 'either' | 'undetermined';
  /** Distinct primaries in CLUSTER SLOTS; 0 where it lists none. */
  readonly shardCount: number;
  readonly announcesTopology: boolean;
  /** Parts of a sentence, in the order of the ladder: `INFO says cluster_enabled:1`. */
  readonly evidence: readonly string[];
}

export function serverMode(observation: Observation): ServerMode {
  const { endpoint } = observation;
  const owners = valueIn(endpoint.clusterSlots) ?? [];
  const shardCount = new Set(owners.map(({ primary }) => `${primary.host}:${primary.port}`)).size;
  const announcesTopology = endpoint.clusterSlots.kind === 'value' && valueIn(endpoint.info)?.cluster_enabled !== '0';
  return {
    kind: kindOf(observation, shardCount),
    shardCount,
    announcesTopology,
    evidence: evidenceOf(observation, shardCount),
  };
}

function kindOf(observation: Observation, shardCount: number): ServerMode['kind'] {
  const { endpoint, routing, freshConnections } = observation;
  const redirects = routing.moved + (freshConnections?.moved ?? 0);
  if (redirects > 0) return 'cluster';
  const saysEnabled = valueIn(endpoint.info)?.cluster_enabled === '1';
  if (shardCount > 1 && routing.asked > 1 && routing.answered === routing.asked) return 'either';
  if (shardCount > 0 || saysEnabled) return 'cluster';
  // Nothing speaks for a cluster. That it is none must have been seen, not merely not been contradicted.
  const isRouted = routing.answered > 0 && (freshConnections === undefined || freshConnections.answered > 0);
  // A read that is answered says too little by itself: nothing is known of services that redirect some connections.
  if (freshConnections?.command === 'EXISTS' && valueIn(endpoint.info)?.cluster_enabled !== '0') return 'undetermined';
  return isRouted ? 'single' : 'undetermined';
}

function evidenceOf(observation: Observation, shardCount: number): string[] {
  const { endpoint, routing, freshConnections } = observation;
  const evidence: string[] = [];
  const hello = valueIn(endpoint.hello)?.mode;
  if (hello !== undefined) evidence.push(`HELLO says mode ${hello}`);
  const info = valueIn(endpoint.info) ?? {};
  const infoMode = info.server_mode ?? info.redis_mode;
  if (infoMode !== undefined)
    evidence.push(`INFO says ${info.server_mode === undefined ? 'redis' : 'server'}_mode:${infoMode}`);
  if (info.cluster_enabled !== undefined) evidence.push(`INFO says cluster_enabled:${info.cluster_enabled}`);
  evidence.push(
    endpoint.clusterSlots.kind === 'value'
      ? `CLUSTER SLOTS lists ${counted(shardCount, 'shard')}`
      : `CLUSTER SLOTS has no list: ${whyMissing(endpoint.clusterSlots)}`,
  );
  if (routing.asked > 0) {
    evidence.push(
      `${routing.moved} of ${counted(routing.asked, 'key')} spread over the slots met MOVED at ${addressOf(endpoint)}`,
    );
  }
  if (freshConnections !== undefined) {
    evidence.push(
      `a two-key ${freshConnections.command ?? 'DEL'} within one slot met MOVED on ${freshConnections.moved} of ${freshConnections.connections} fresh connections`,
    );
  }
  return evidence;
}
