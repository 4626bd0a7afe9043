/** Which address and port the next node gets. Given out in order and never twice within a lab. */
import { ProblemError } from '../base/problem.ts';
import { AZURE_SHARD_PORT_RANGE } from '../profile/policy.ts';
import type { Topology } from '../topology/topology.ts';
import { isFree } from './address-claim.ts';
import type { AddressPlan } from './state.ts';

/** Redis Cluster's own distance between a node's data port and its bus port. */
export const BUS_PORT_DISTANCE = 10_000;
/** Where to look when the service's own port is taken; below 32768, where systems begin to give out client ports. */
const OTHER_PORTS = { from: 20_000, to: 32_000 } as const;
const ONLY_HOST = '127.0.0.1';

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly busPort: number;
}

export interface Taken {
  readonly addresses: readonly Address[];
  readonly plan: AddressPlan;
}

export interface EndpointChoice {
  readonly host: string;
  readonly port: number;
  readonly plan: AddressPlan;
}

/**
 * How this topology uses its addresses. ElastiCache: an address per node, the same port everywhere. Azure: one address
 * (public access: the load balancer's) and a port per node in 8500-8599; an address per node only where packets are to
 * be dropped, because dropping is done by address.
 */
export function newAddressPlan(topology: Topology, subnet: string | undefined, droppable: boolean): AddressPlan {
  const perNodeHost = subnet !== undefined && (topology.platform === 'elasticache' || droppable);
  const hidden = topology.platform === 'azure-managed-redis' && topology.clusteringPolicy !== 'OSSCluster';
  return {
    ...(subnet === undefined ? {} : { subnet }),
    perNodeHost,
    // The last one taken, or the one that all nodes share: the endpoint's, but for shards that no client may see.
    lastHostNumber: perNodeHost ? 0 : hidden ? 2 : 1,
    nextPort:
      topology.platform === 'elasticache' ? topology.port : hidden ? OTHER_PORTS.from : AZURE_SHARD_PORT_RANGE.from,
  };
}

/** The address of the endpoint process (Azure): the service's own port where it is free. @throws ProblemError `LAB_PORTS_EXHAUSTED` */
export async function takeEndpoint(plan: AddressPlan, wanted: number): Promise<EndpointChoice> {
  const host = plan.subnet === undefined ? ONLY_HOST : `${plan.subnet}.1`;
  const next = plan.perNodeHost ? { ...plan, lastHostNumber: Math.max(1, plan.lastHostNumber) } : plan;
  for (const port of portsFrom(wanted, [wanted, wanted + 100])) {
    if (await isFree(host, port)) return { host, port, plan: next };
  }
  throw exhausted(host);
}

/** Addresses for `count` more nodes. @throws ProblemError `LAB_PORTS_EXHAUSTED` */
export async function takeAddresses(plan: AddressPlan, count: number): Promise<Taken> {
  return plan.perNodeHost ? takeHosts(plan, count) : takePorts(plan, count);
}

async function takeHosts(plan: AddressPlan, count: number): Promise<Taken> {
  const hosts = Array.from({ length: count }, (_, index) => `${plan.subnet}.${plan.lastHostNumber + 1 + index}`);
  if (plan.lastHostNumber + count > 254) throw exhausted(`${plan.subnet}.0/24`);
  const last = inServiceRange(plan.nextPort) ? AZURE_SHARD_PORT_RANGE.to : plan.nextPort;
  for (const port of portsFrom(plan.nextPort, [plan.nextPort, last])) {
    const free = await Promise.all(hosts.map((host) => pairIsFree(host, port)));
    if (!free.every(Boolean)) continue;
    const addresses = hosts.map((host) => ({ host, port, busPort: port + BUS_PORT_DISTANCE }));
    return { addresses, plan: { ...plan, lastHostNumber: plan.lastHostNumber + count, nextPort: port } };
  }
  throw exhausted(hosts.join(', '));
}

async function takePorts(plan: AddressPlan, count: number): Promise<Taken> {
  const host = plan.subnet === undefined ? ONLY_HOST : `${plan.subnet}.${plan.lastHostNumber}`;
  const addresses: Address[] = [];
  const range = inServiceRange(plan.nextPort)
    ? [plan.nextPort, AZURE_SHARD_PORT_RANGE.to]
    : [plan.nextPort, plan.nextPort + 100];
  for (const port of portsFrom(plan.nextPort, range as [number, number])) {
    if (!(await pairIsFree(host, port))) continue;
    addresses.push({ host, port, busPort: port + BUS_PORT_DISTANCE });
    if (addresses.length === count) return { addresses, plan: { ...plan, nextPort: port + 1 } };
  }
  throw exhausted(host);
}

/** The range asked for, then other ports from a random start (so that labs on one address seldom meet). */
function* portsFrom(first: number, range: readonly [number, number]): Generator<number> {
  for (let port = range[0]; port <= range[1]; port += 1) yield port;
  const size = OTHER_PORTS.to - OTHER_PORTS.from;
  const start = (process.pid * 131 + first) % size;
  for (let offset = 0; offset < size; offset += 1) yield OTHER_PORTS.from + ((start + offset) % size);
}

function inServiceRange(port: number): boolean {
  return port >= AZURE_SHARD_PORT_RANGE.from && port <= AZURE_SHARD_PORT_RANGE.to;
}

async function pairIsFree(host: string, port: number): Promise<boolean> {
  const free = await Promise.all([isFree(host, port), isFree(host, port + BUS_PORT_DISTANCE)]);
  return free.every(Boolean);
}

function exhausted(where: string): ProblemError {
  const message = `No free port is left on ${where} for another node, neither in the service's range nor in ${OTHER_PORTS.from}-${OTHER_PORTS.to}. Stop what listens there, or stop other labs (redoubt lab down).`;
  return new ProblemError({ code: 'LAB_PORTS_EXHAUSTED', message });
}
