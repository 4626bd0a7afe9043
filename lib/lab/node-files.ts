/** Everything a node needs on disk before its process starts. */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { aclLines, type Credentials } from './acl.ts';
import { type ClusterMember, clusterFileText } from './cluster-file.ts';
import { nodeConfigPath, nodeConfigText, nodeDirectory, nodeLogPath } from './node-config.ts';
import { nodesAreReachable } from './plan.ts';
import { makePrivateDirectory } from './run-directory.ts';
import { type StartedProcess, startProcess } from './server-process.ts';
import type { LabState, NodeRecord } from './state.ts';
import { writePrivateFile } from './write-file.ts';

export interface NodeFiles {
  readonly runDirectory: string;
  readonly state: Pick<LabState, 'topology' | 'clustered' | 'nodeTimeoutMs' | 'commandPrefix'>;
  readonly node: NodeRecord;
  readonly credentials: Credentials;
  /** The cluster as the node is to know it when it starts; empty for a standalone node. */
  readonly members: readonly ClusterMember[];
  /** Common to the nodes that a shard starts with. */
  readonly seed?: Uint8Array;
  /** Standalone pair only. */
  readonly replicaOf?: { readonly host: string; readonly port: number };
}

export function writeNodeFiles(files: NodeFiles): void {
  const { runDirectory, state, node, credentials, members } = files;
  const directory = nodeDirectory(runDirectory, node.id);
  makePrivateDirectory(directory);
  const acl = aclLines(state.topology, credentials, nodesAreReachable(state.topology));
  writePrivateFile(join(directory, 'users.acl'), `${acl.join('\n')}\n`);
  if (state.clustered)
    writePrivateFile(join(directory, 'nodes.conf'), clusterFileText(members, node.clusterNodeId as string));
  if (files.seed !== undefined) writePrivateFile(seedPath(runDirectory, node.id), files.seed);
  writeNodeConfig(files);
}

/** Where a node looks for its data when it starts. */
export function seedPath(runDirectory: string, nodeId: string): string {
  return join(nodeDirectory(runDirectory, nodeId), 'dump.rdb');
}

/** Only the redis.conf: for a standalone node that comes back as the replica of another one. */
export function writeNodeConfig({
  runDirectory,
  state,
  node,
  credentials,
  replicaOf,
}: Omit<NodeFiles, 'members' | 'seed'>): void {
  const { topology, clustered, nodeTimeoutMs, commandPrefix } = state;
  const { administratorPassword } = credentials;
  const text = nodeConfigText({
    runDirectory,
    node,
    topology,
    clustered,
    nodeTimeoutMs,
    commandPrefix,
    administratorPassword,
    ...(replicaOf === undefined ? {} : { replicaOf }),
  });
  writePrivateFile(nodeConfigPath(runDirectory, node.id), text);
}

export function startNode(
  runDirectory: string,
  state: Pick<LabState, 'server'>,
  node: NodeRecord,
): Promise<StartedProcess> {
  const output = join(nodeDirectory(runDirectory, node.id), 'output.log');
  // The server would make its log readable by everybody.
  closeSync(openSync(nodeLogPath(runDirectory, node.id), 'a', 0o600));
  return startProcess(state.server.path, [nodeConfigPath(runDirectory, node.id)], output);
}
