/** The text of a node's redis.conf. */
import { join } from 'node:path';
import type { Topology } from '../topology/topology.ts';
import { ADMINISTRATOR, unknownCommands } from './acl.ts';
import type { NodeRecord } from './state.ts';

export interface NodeConfiguration {
  readonly runDirectory: string;
  readonly node: Pick<NodeRecord, 'id' | 'host' | 'port' | 'busPort' | 'announcedName'>;
  readonly topology: Topology;
  readonly clustered: boolean;
  readonly nodeTimeoutMs: number;
  readonly commandPrefix: string;
  readonly administratorPassword: string;
  /** Standalone pair only: the primary that this node replicates. */
  readonly replicaOf?: { readonly host: string; readonly port: number };
}

export function nodeDirectory(runDirectory: string, nodeId: string): string {
  return join(runDirectory, 'nodes', nodeId);
}

export function nodeConfigPath(runDirectory: string, nodeId: string): string {
  return join(nodeDirectory(runDirectory, nodeId), 'redis.conf');
}

export function nodeLogPath(runDirectory: string, nodeId: string): string {
  return join(nodeDirectory(runDirectory, nodeId), 'redis.log');
}

export function nodeConfigText(configuration: NodeConfiguration): string {
  return `${[
    ...networkLines(configuration),
    ...processLines(configuration),
    ...replicationLines(configuration),
    ...(configuration.clustered ? clusterLines(configuration) : []),
    ...serviceLines(configuration.topology),
    ...unknownCommands(configuration.topology).map(
      (name) => `rename-command ${name} ${configuration.commandPrefix}-${name}`,
    ),
  ].join('\n')}\n`;
}

function networkLines({ runDirectory, node }: NodeConfiguration): string[] {
  const tls = join(runDirectory, 'tls');
  return [
    'port 0',
    `tls-port ${node.port}`,
    `bind ${node.host}`,
    // Own address as source too, so that dropping an address silences both directions of the cluster bus.
    `bind-source-addr ${node.host}`,
    'protected-mode no',
    `tls-cert-file ${quoted(join(tls, 'server.pem'))}`,
    `tls-key-file ${quoted(join(tls, 'server.key'))}`,
    `tls-ca-cert-file ${quoted(join(tls, 'authority.pem'))}`,
    'tls-auth-clients no',
    'tls-replication yes',
    'tls-protocols "TLSv1.2 TLSv1.3"',
  ];
}

function processLines({ runDirectory, node }: NodeConfiguration): string[] {
  const directory = nodeDirectory(runDirectory, node.id);
  return [
    'daemonize no',
    // The arguments are how a process is recognised as ours; the server would overwrite them with a title.
    'set-proc-title no',
    `dir ${quoted(directory)}`,
    `logfile ${quoted(nodeLogPath(runDirectory, node.id))}`,
    `aclfile ${quoted(join(directory, 'users.acl'))}`,
    'save ""',
    'appendonly no',
  ];
}

function replicationLines({ administratorPassword, replicaOf }: NodeConfiguration): string[] {
  return [
    `masteruser ${ADMINISTRATOR}`,
    `masterauth ${administratorPassword}`,
    // A new replica is in sync as soon as the primary can send, without a file on either side.
    'repl-diskless-sync yes',
    'repl-diskless-sync-delay 0',
    'repl-diskless-load on-empty-db',
    ...(replicaOf === undefined ? [] : [`replicaof ${replicaOf.host} ${replicaOf.port}`]),
  ];
}

function clusterLines({ node, nodeTimeoutMs }: NodeConfiguration): string[] {
  return [
    'cluster-enabled yes',
    'tls-cluster yes',
    'cluster-config-file nodes.conf',
    `cluster-port ${node.busPort}`,
    `cluster-node-timeout ${nodeTimeoutMs}`,
    `cluster-announce-ip ${node.host}`,
    ...(node.announcedName === undefined
      ? []
      : [`cluster-announce-hostname ${node.announcedName}`, 'cluster-preferred-endpoint-type hostname']),
    // ElastiCache's default; Redis' own is yes, under which some clients recover from a silent node by accident.
    'cluster-require-full-coverage no',
    // Replicas stay where the topology has them, also while their primary is being replaced.
    'cluster-allow-replica-migration no',
  ];
}

/** Documented settings of the services that a client can see. */
function serviceLines(topology: Topology): string[] {
  if (topology.platform === 'elasticache')
    return ['tcp-keepalive 300', 'timeout 0', `maxmemory-policy ${topology.evictionPolicy}`];
  // "10-minute idle timeout", learn.microsoft.com/azure/redis/best-practices-connection; one database.
  return ['timeout 600', 'databases 1', `maxmemory-policy ${evictionPolicy(topology.evictionPolicy)}`];
}

/** Azure's `VolatileLRU` is the server's `volatile-lru`, its `NoEviction` is `noeviction`. */
function evictionPolicy(name: string): string {
  return name.replace(/^(AllKeys|Volatile)/, '$1-').toLowerCase();
}

function quoted(path: string): string {
  return JSON.stringify(path);
}
