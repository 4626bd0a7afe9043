/** The lab's names, in `/etc/hosts` format. Rewritten in one step when a name gets a new address, as a DNS record would. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LabState, type NodeRecord, readState, updateState } from './state.ts';
import { writePrivateFile } from './write-file.ts';

export function hostsPath(runDirectory: string): string {
  return join(runDirectory, 'hosts');
}

type Named = Pick<
  LabState,
  'nodes' | 'endpoint' | 'endpointName' | 'readerEndpointName' | 'primaryNodeId' | 'topology'
>;

export function hostsText(state: Named): string {
  const named = state.nodes.flatMap(({ host, announcedName }) =>
    announcedName === undefined ? [] : [{ host, announcedName }],
  );
  return [
    ...new Set(endpointHosts(state).map((host) => `${host} ${state.endpointName}`)),
    ...readerHosts(state).map((host) => `${host} ${state.readerEndpointName}`),
    ...named.map(({ host, announcedName }) => `${host} ${announcedName}`),
    '',
  ].join('\n');
}

export function writeHosts(runDirectory: string, state: LabState): void {
  writePrivateFile(hostsPath(runDirectory), hostsText(state));
}

/** A failover has led the primary endpoint to another node: the service's DNS record, at once. Nothing where there is none. */
export async function leadEndpointTo(
  runDirectory: string,
  nodeId: string,
  /** Whom it led to when that was found out: whoever has led it elsewhere meanwhile knows better. Default: whoever it leads to. */
  former?: string,
): Promise<void> {
  const state = await updateState(runDirectory, (current) =>
    current.primaryNodeId === undefined || (former !== undefined && current.primaryNodeId !== former)
      ? current
      : { ...current, primaryNodeId: nodeId },
  );
  writeHosts(runDirectory, state);
}

/** Nodes that went or came back since the file was written. */
export function refreshHosts(runDirectory: string): void {
  const state = readState(runDirectory);
  if (readFileSync(hostsPath(runDirectory), 'utf8') !== hostsText(state)) writeHosts(runDirectory, state);
}

/** ElastiCache's configuration endpoint leads to every node, its primary endpoint to one; Azure's to the one endpoint process. */
function endpointHosts({ topology, nodes, endpoint, primaryNodeId }: Named): string[] {
  if (topology.platform !== 'elasticache') return [endpoint.host];
  return nodes.filter(({ id }) => primaryNodeId === undefined || id === primaryNodeId).map(({ host }) => host);
}

/** Every replica that works; the primary where none does, so that reads go on. */
function readerHosts({ nodes, readerEndpointName, primaryNodeId }: Named): string[] {
  if (readerEndpointName === undefined) return [];
  const isThere = ({ condition }: NodeRecord) => condition === 'running' || condition === 'joining';
  const replicas = nodes.filter((node) => node.id !== primaryNodeId && isThere(node));
  const readers = replicas.length > 0 ? replicas : nodes.filter(({ id }) => id === primaryNodeId);
  return readers.map(({ host }) => host);
}
