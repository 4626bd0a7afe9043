/** The lab's names, in `/etc/hosts` format. Rewritten in one step when a name gets a new address, as a DNS record would. */
import { join } from 'node:path';
import type { LabState } from './state.ts';
import { writePrivateFile } from './write-file.ts';

export function hostsPath(runDirectory: string): string {
  return join(runDirectory, 'hosts');
}

export function hostsText(state: Pick<LabState, 'nodes' | 'endpoint' | 'endpointName' | 'topology'>): string {
  const named = state.nodes.flatMap(({ host, announcedName }) =>
    announcedName === undefined ? [] : [{ host, announcedName }],
  );
  // ElastiCache's configuration endpoint leads to every node; Azure's to the one endpoint process.
  const endpoints =
    state.topology.platform === 'elasticache' ? state.nodes.map(({ host }) => host) : [state.endpoint.host];
  return [
    ...new Set(endpoints.map((host) => `${host} ${state.endpointName}`)),
    ...named.map(({ host, announcedName }) => `${host} ${announcedName}`),
    '',
  ].join('\n');
}

export function writeHosts(runDirectory: string, state: LabState): void {
  writePrivateFile(hostsPath(runDirectory), hostsText(state));
}
