/** What the servers say of the same cluster, where it was observed: roles, slots and addresses come from here, never from the API. */
import type { ClusterNode, SlotRange } from '../../client/cluster-view.ts';
import { ELASTICACHE_LIMITS } from '../../topology/limits.ts';
import { everyServer, isWorking, nodeViews, valueIn } from '../../verify/judging.ts';
import type { Observation } from '../../verify/observation.ts';
import { type GroupDescription, globalRoleOf, membersOf } from './description.ts';

export interface ServerShard {
  readonly primary: ClusterNode;
  readonly replicas: readonly ClusterNode[];
}

/** Primaries that own slots, each with the replicas that work; undefined where no server tells. */
export function shardsOf(observation: Observation): ServerShard[] | undefined {
  const rows = clusterNodesOf(observation);
  return rows
    ?.filter(({ role, slots }) => role === 'primary' && slots.length > 0)
    .map((primary) => ({
      primary,
      replicas: rows.filter((node) => isWorking(node) && node.primaryNodeId === primary.nodeId),
    }));
}

/**
 * Every node that any server lists in CLUSTER NODES, once: in its own words where it was asked, because the others learn
 * later of a role that has moved. Undefined where no server tells.
 */
export function clusterNodesOf(observation: Observation): ClusterNode[] | undefined {
  const views = nodeViews(observation);
  if (views.length === 0) return undefined;
  const rows = views.flatMap((view) => view.rows);
  const own = rows.filter(({ flags }) => flags.includes('myself'));
  return [...new Map([...rows, ...own].map((row) => [row.nodeId, row])).values()];
}

/**
 * Without cluster mode nobody lists the nodes, but the primary counts its replicas; in a secondary region of a Global Datastore the
 * node that follows the other one does. Undefined where it does not tell. The primary of one may count other regions as well, which
 * nothing tells apart: then as many as the API lists are taken for its own.
 */
export function replicasCounted({ endpoint }: Observation, description: GroupDescription): number | undefined {
  const { role, connected_slaves: told } = valueIn(endpoint.info) ?? {};
  const globalRole = globalRoleOf(description);
  if (told === undefined || (role !== 'master' && globalRole !== 'secondary')) return undefined;
  const count = Number(told);
  const listedReplicas = Math.max(0, membersOf(description).length - 1);
  const foreign = count - listedReplicas;
  return globalRole === 'primary' && foreign > 0 && foreign <= ELASTICACHE_LIMITS.globalSecondaries.max
    ? listedReplicas
    : count;
}

/** Names and addresses under which it may be listed elsewhere, in small letters. */
export function namesOf({ host, hostname }: ClusterNode): string[] {
  return [hostname, host].filter((name) => name !== '').map((name) => name.toLowerCase());
}

/** What INFO says, of every server that answered; several answers are listed with "and". */
export function infoOf(
  observation: Observation,
  read: (info: Readonly<Record<string, string>>) => string | undefined,
): string | undefined {
  return inCommon(everyServer(observation).flatMap(({ info }) => read(valueIn(info) ?? {}) ?? []));
}

/** Valkey says who it is; Redis OSS does not, but has a version without a `valkey_version` beside it. */
export function engineOf(observation: Observation): string | undefined {
  return infoOf(observation, ({ server_name, valkey_version, redis_version }) => {
    if (redis_version === undefined) return undefined;
    return server_name === 'valkey' || valkey_version !== undefined ? 'valkey' : 'redis';
  });
}

export function engineVersionOf(observation: Observation): string | undefined {
  return infoOf(observation, ({ valkey_version, redis_version }) => valkey_version ?? redis_version);
}

/** `8.0.4 and 8.0.6` are all of `8.0`. */
export function isOfVersion(found: string, wanted: string): boolean {
  return found.split(' and ').every((version) => `${version}.`.startsWith(`${wanted}.`));
}

/** The one value that all have, or all different ones; undefined for none. */
export function inCommon(values: readonly (string | undefined)[]): string | undefined {
  const given = values.filter((value) => value !== undefined);
  return given.length === 0 ? undefined : [...new Set(given)].toSorted().join(' and ');
}

/** `0-99,200` in order, whatever order it came in. */
export function slotsText(ranges: readonly SlotRange[]): string {
  return ranges
    .toSorted(([left], [right]) => left - right)
    .map(([first, last]) => (first === last ? String(first) : `${first}-${last}`))
    .join(',');
}
