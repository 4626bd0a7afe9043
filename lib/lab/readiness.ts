/** When is a node ready? Asked of every node: it sees the whole cluster as ok, and a replica has its primary's data. */
import { ProblemError } from '../base/problem.ts';
import { waitUntil } from '../base/wait-until.ts';
import type { Administrator } from './administrator.ts';
import { nodeDirectory, nodeLogPath } from './node-config.ts';
import { type Reply, textOf } from './reply.ts';
import { logTail, type StartedProcess } from './server-process.ts';
import { parseInfo } from './server-view.ts';
import type { NodeRecord } from './state.ts';

export interface Expected {
  readonly clustered: boolean;
  /** Members a clustered node must know, itself included. */
  readonly knownNodes?: number;
  readonly role: 'primary' | 'replica' | 'any';
}

export interface ReadinessOptions {
  readonly administrator: Administrator;
  readonly runDirectory: string;
  readonly node: NodeRecord;
  readonly expected: Expected;
  /** Absent for a process that somebody else started. */
  readonly process?: StartedProcess;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

const POLL_EVERY_MS = 15;

/** @throws ProblemError `LAB_ADDRESS_IN_USE`, `LAB_NODE_DIED`, `WAIT_TIMED_OUT` */
export async function waitUntilReady(options: ReadinessOptions): Promise<void> {
  const { administrator, node, expected, process: started, runDirectory } = options;
  const death = { problem: undefined as ProblemError | undefined };
  let missing = 'it has not answered yet';
  await waitUntil({
    what: `${node.id} (${node.host}:${node.port}) to be ready`,
    timeoutMs: options.timeoutMs,
    everyMs: POLL_EVERY_MS,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    lastSeen: () => missing,
    probe: async () => {
      const end = started?.ended();
      if (end !== undefined) {
        death.problem = nodeDied(runDirectory, node, end);
        return true;
      }
      missing = (await missingOf(administrator, node, expected)) ?? '';
      return missing === '' ? true : undefined;
    },
  });
  if (death.problem !== undefined) throw death.problem;
}

/** What the node still lacks, as a clause; `undefined` when it is ready. */
async function missingOf(
  administrator: Administrator,
  node: NodeRecord,
  expected: Expected,
): Promise<string | undefined> {
  const commands = [['INFO', 'replication'], ...(expected.clustered ? CLUSTER_QUESTIONS : [])];
  const [replicationReply, clusterReply, slotsReply] = await administrator.ask(node, commands);
  const replication = parseInfo(textOf(replicationReply));
  const role = replication.get('role') === 'master' ? 'primary' : 'replica';
  if (expected.role !== 'any' && role !== expected.role) return `it is a ${role}, not yet a ${expected.role}`;
  if (role === 'replica' && replication.get('master_link_status') !== 'up') return 'its link to its primary is not up';
  if (!expected.clustered) return undefined;
  return missingInCluster(expected, parseInfo(textOf(clusterReply)), slotsReply);
}

const CLUSTER_QUESTIONS = [
  ['CLUSTER', 'INFO'],
  ['CLUSTER', 'SLOTS'],
];

function missingInCluster(expected: Expected, info: Map<string, string>, slots: Reply | undefined): string | undefined {
  if (info.get('cluster_state') !== 'ok') return `its cluster_state is ${info.get('cluster_state')}`;
  const { knownNodes } = expected;
  if (knownNodes === undefined) return undefined;
  if (Number(info.get('cluster_known_nodes')) !== knownNodes) {
    return `it knows ${info.get('cluster_known_nodes')} of ${knownNodes} nodes`;
  }
  const listed = nodesListed(slots);
  return listed === knownNodes ? undefined : `its CLUSTER SLOTS lists ${listed} of ${knownNodes} nodes`;
}

/** Nodes in a CLUSTER SLOTS reply: `[first, last, [address, port, id, …], …]` per range. */
function nodesListed(reply: Reply | undefined): number {
  if (!Array.isArray(reply)) return 0;
  const ids = reply.flatMap((range) => (range as Reply[]).slice(2).map((node) => (node as Reply[])[2]));
  return new Set(ids).size;
}

function nodeDied(runDirectory: string, node: NodeRecord, end: string): ProblemError {
  const tail = logTail([nodeLogPath(runDirectory, node.id), `${nodeDirectory(runDirectory, node.id)}/output.log`]);
  const inUse = /Address already in use|Failed listening on port/.test(tail);
  const message = `${node.id} (${node.host}:${node.port}) ended while it was starting (${end}): ${tail}`;
  return new ProblemError({ code: inUse ? 'LAB_ADDRESS_IN_USE' : 'LAB_NODE_DIED', message });
}
