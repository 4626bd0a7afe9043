/** Damage to a cluster that several checks have to see. */
import { nodeId } from '../healthy.ts';
import { at, inEveryView, infoOf, nodeAt, nodesOf, type Scene, servers, silence, slotsOf, TIMED_OUT } from './row.ts';

const REFUSED = {
  kind: 'error',
  message: "NOPERM this user has no permissions to run the 'cluster|nodes' command",
} as const;

export const silentNode = (index: number) => (scene: Scene) => silence(nodeAt(scene, index), TIMED_OUT);
export const noClusterNodes = (scene: Scene) => {
  for (const node of servers(scene)) node.clusterNodes = REFUSED;
};
export const noViews = (scene: Scene) => {
  for (const node of servers(scene))
    Object.assign(node, { clusterNodes: REFUSED, clusterSlots: REFUSED, info: REFUSED });
};
export const flagged = (index: number, flag: string) => (scene: Scene) =>
  inEveryView(scene, index, (node) => node.flags.push(flag));
export const onAzure = ({ profile }: Scene) => {
  Object.assign(profile, { platform: 'azure-managed-redis', clusteringPolicy: 'OSSCluster' });
};
/** A node that left: in no view and not dialled. */
export const gone = (index: number) => (scene: Scene) => {
  for (const node of servers(scene)) {
    node.clusterNodes = { kind: 'value', value: nodesOf(node).filter((row) => row.nodeId !== nodeId(index)) };
    for (const owner of slotsOf(node))
      owner.replicas = owner.replicas.filter((replica) => replica.nodeId !== nodeId(index));
  }
  scene.observation.nodes = scene.observation.nodes.filter((node) => node.nodeId !== nodeId(index));
};
export const withoutReplicas = (scene: Scene) => {
  for (const index of [3, 4, 5]) gone(index)(scene);
  for (const node of servers(scene)) infoOf(node).connected_slaves = '0';
};
export const emptyPrimary = (scene: Scene) => {
  for (const node of servers(scene)) {
    const model = structuredClone(at(nodesOf(node), 0));
    nodesOf(node).push({ ...model, nodeId: nodeId(6), flags: ['master'], slots: [] });
  }
};
