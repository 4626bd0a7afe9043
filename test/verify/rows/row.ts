/** One way a check can end, as one row: what is damaged, and the verdict and code it must lead to. */
import type { Verdict } from '../../../lib/base/verdict.ts';
import type { ClusterNode, SlotOwner } from '../../../lib/client/cluster-view.ts';
import type { ConnectionProfile } from '../../../lib/profile/profile.ts';
import type { NodeObservation, Observation } from '../../../lib/verify/observation.ts';
import {
  clusterProfile,
  type Draft,
  enterpriseProfile,
  healthyCluster,
  healthyEnterprise,
  healthySecondary,
  healthySingle,
  secondaryProfile,
  singleProfile,
} from '../healthy.ts';

export interface Scene {
  readonly observation: Draft<Observation>;
  readonly profile: Draft<ConnectionProfile>;
}

export interface Row {
  readonly check: string;
  /** A sentence that states the rule. */
  readonly title: string;
  readonly verdict: Verdict;
  readonly code: string;
  readonly scene: () => Scene;
  /** A part of the message that must be there. */
  readonly says?: string;
}

type Damage = (scene: Scene) => void;

export type RowMaker = (title: string, verdict: Verdict, code: string, damage?: Damage, says?: string) => Row;

export const clusterScene = (): Scene => ({ observation: healthyCluster(), profile: clusterProfile() });
export const enterpriseScene = (): Scene => ({ observation: healthyEnterprise(), profile: enterpriseProfile() });

export const secondaryScene = (): Scene => ({ observation: healthySecondary(), profile: secondaryProfile() });
export const singleScene = (): Scene => ({ observation: healthySingle(), profile: singleProfile() });

/** Rows of one check; the scene is a healthy cluster unless another is given. */
export function rowsOf(check: string, base: () => Scene = clusterScene): RowMaker {
  return (title, verdict, code, damage = () => {}, says) => ({
    check,
    title,
    verdict,
    code,
    scene: () => {
      const scene = base();
      damage(scene);
      return scene;
    },
    ...(says === undefined ? {} : { says }),
  });
}

/** The profile of a group with automatic scaling; its healthy cluster has 3 shards of 1 replica. */
export function scaling(expected: { shards?: [number, number]; replicas?: [number, number] }): Damage {
  return ({ profile }) => {
    const { shards, replicas } = expected;
    if (shards !== undefined) profile.expected.shardCount = { min: shards[0], max: shards[1] };
    if (replicas !== undefined) profile.expected.replicasPerShard = { min: replicas[0], max: replicas[1] };
  };
}

/** One damage after the other. */
export function all(...damages: readonly Damage[]): Damage {
  return (scene) => {
    for (const damage of damages) damage(scene);
  };
}

/** The endpoint was never reached: nothing but the failed connection was seen. */
export const unreached: Damage = ({ observation }) => {
  silence(observation.endpoint, { stage: 'tcp', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 10.0.0.1:6379' });
  delete observation.endpoint.connection.certificate;
  delete observation.endpoint.connection.tlsVersion;
  observation.nodes = [];
  observation.routing = { asked: 0, answered: 0, moved: 0, otherErrors: [] };
  observation.crossSlot = [];
  observation.lua = [];
  observation.plaintext = { outcome: 'not-connected', detail: 'connect ECONNREFUSED 10.0.0.1:6379' };
  const nothing = { kind: 'silence', reason: 'connect ECONNREFUSED 10.0.0.1:6379' } as const;
  const commands = [{ command: 'PING', answer: nothing }];
  observation.withoutCredential = { commands };
  observation.withWrongCredential = { commands };
  for (const probe of observation.adminCommands) probe.outcome = 'no-answer';
  for (const probe of observation.protocolVersions) probe.outcome = 'no-answer';
};

export function readerOf({ observation }: Scene): Draft<NodeObservation> {
  if (observation.reader === undefined) throw new Error('The scene has no reader endpoint.');
  return observation.reader;
}

/** A node that could not be asked anything. */
export function silence(
  node: Draft<NodeObservation>,
  failure: NonNullable<NodeObservation['connection']['failure']>,
): void {
  node.connection.failure = failure;
  const silent = { kind: 'silence', reason: failure.message } as const;
  Object.assign(node, { hello: silent, info: silent, clusterInfo: silent, clusterSlots: silent, clusterNodes: silent });
}

export const TIMED_OUT = { stage: 'tls', code: 'TIMED_OUT', message: 'Nothing came back for 5000 ms.' } as const;

export function servers({ observation }: Scene): Draft<NodeObservation>[] {
  return [observation.endpoint, ...observation.nodes];
}

/** The node at this place in the order of healthy.ts: 0 to 2 primaries, 3 to 5 replicas. */
export function nodeAt({ observation }: Scene, index: number): Draft<NodeObservation> {
  return at(observation.nodes, index);
}

export function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new RangeError(`There is no item ${index} among ${items.length}.`);
  return item;
}

export function infoOf(node: Draft<NodeObservation>): Record<string, string> {
  if (node.info.kind !== 'value') throw new Error('The node has no INFO.');
  return node.info.value as Record<string, string>;
}

export function clusterInfoOf(node: Draft<NodeObservation>): Record<string, string> {
  if (node.clusterInfo.kind !== 'value') throw new Error('The node has no CLUSTER INFO.');
  return node.clusterInfo.value as Record<string, string>;
}

export function slotsOf(node: Draft<NodeObservation>): Draft<SlotOwner>[] {
  if (node.clusterSlots.kind !== 'value') throw new Error('The node has no CLUSTER SLOTS.');
  return node.clusterSlots.value;
}

export function nodesOf(node: Draft<NodeObservation>): Draft<ClusterNode>[] {
  if (node.clusterNodes.kind !== 'value') throw new Error('The node has no CLUSTER NODES.');
  return node.clusterNodes.value;
}

/** The row at `index` in every view. */
export function inEveryView(scene: Scene, index: number, change: (node: Draft<ClusterNode>) => void): void {
  for (const node of servers(scene)) change(at(nodesOf(node), index));
}
