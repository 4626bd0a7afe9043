/** Which processes a topology needs beside its nodes. */
import { join } from 'node:path';
import { replicasPerShardOf, type Topology } from '../topology/topology.ts';
import { ADMINISTRATOR, applicationUserOf } from './acl.ts';
import { STATE_FILE } from './run-directory.ts';
import { administratorPasswordPath, applicationPasswordPath } from './secrets.ts';
import type { Service } from './service-process.ts';
import type { LabState } from './state.ts';

export const ENDPOINT = 'endpoint';
export const FAILOVER_AGENT = 'failover-agent';
export const SERVICE_NAMES = [ENDPOINT, FAILOVER_AGENT] as const;

export function serviceNamesOf(topology: Topology): string[] {
  return [
    ...(topology.platform === 'azure-managed-redis' ? [ENDPOINT] : []),
    ...(needsFailoverAgent(topology) ? [FAILOVER_AGENT] : []),
  ];
}

export function serviceOf(name: string, runDirectory: string, state: LabState): Service {
  return name === ENDPOINT ? endpointService(runDirectory, state) : failoverAgentService(runDirectory);
}

/**
 * Redis Cluster promotes a replica by a vote of the primaries that own slots: with one or two shards there is no majority
 * left when one is gone, and a standalone pair has nobody who votes. The services' own control plane decides there.
 */
function needsFailoverAgent(topology: Topology): boolean {
  if (replicasPerShardOf(topology) === 0) return false;
  // Then nobody decides: a primary that fails stays away until somebody promotes a replica.
  if (topology.platform === 'elasticache' && !topology.automaticFailover) return false;
  return topology.shardCount < 3;
}

function failoverAgentService(runDirectory: string): Service {
  return { name: FAILOVER_AGENT, entry: 'failover-agent/main', configuration: { runDirectory } };
}

function endpointService(runDirectory: string, state: LabState): Service {
  const { topology } = state;
  const tls = join(runDirectory, 'tls');
  const configuration = {
    kind: endpointKindOf(topology),
    listen: state.endpoint,
    tls: {
      keyFile: join(tls, 'server.key'),
      certificateFile: join(tls, 'server.pem'),
      caFile: join(tls, 'authority.pem'),
    },
    application: { userName: applicationUserOf(topology), passwordFile: applicationPasswordPath(runDirectory) },
    administrator: { userName: ADMINISTRATOR, passwordFile: administratorPasswordPath(runDirectory) },
    backends: { seeds: state.nodes.map(({ host, port }) => ({ host, port })), serverName: state.endpointName },
    stateFile: join(runDirectory, STATE_FILE),
    oneShard: topology.shardCount === 1,
  };
  return { name: ENDPOINT, entry: 'proxy/main', configuration };
}

function endpointKindOf(topology: Topology): 'enterprise' | 'oss-gateway' | 'single-endpoint' {
  if (topology.platform !== 'azure-managed-redis' || topology.clusteringPolicy === 'OSSCluster') return 'oss-gateway';
  return topology.clusteringPolicy === 'EnterpriseCluster' ? 'enterprise' : 'single-endpoint';
}
