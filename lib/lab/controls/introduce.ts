/** Makes a started node known to every member of the cluster, and every member known to it. */
import { sleep, waitUntil } from '../../base/wait-until.ts';
import type { Administrator } from '../administrator.ts';
import { answeringNodes, type LabContext } from '../context.ts';
import { textOf } from '../reply.ts';
import { type ClusterNodeLine, parseClusterNodes } from '../server-view.ts';
import { type NodeRecord, readState } from '../state.ts';

const INTRODUCE_TIMEOUT_MS = 15_000;
const POLL_EVERY_MS = 15;

/**
 * Instead of waiting for gossip: every member MEETs the node, which tells each side the other's id; then they meet once
 * more, because only a packet from a node that is known already says whose replica it is (a primary ignores the takeover
 * request of a replica it does not know as its own). A second meeting makes the server replace the link it had, and
 * requests and votes of an election travel on those, so this returns when all links are up again.
 */
export async function introduce(
  context: LabContext,
  node: NodeRecord,
  primary: NodeRecord,
  signal?: AbortSignal,
): Promise<void> {
  const { administrator } = context;
  const members = answeringNodes(readState(context.runDirectory));
  const all = { context, signal };
  await untilAnswers(administrator, node, signal);
  await Promise.all(members.map((member) => administrator.ask(member, [meet(node)])));
  await Promise.all([untilSeen(all, members, [node], isLinked), untilSeen(all, [node], members, isLinked)]);

  const strangers = await withoutRole(administrator, node, members);
  await administrator.ask(node, members.map(meet));
  await Promise.all(strangers.map((member) => administrator.ask(member, [meet(node)])));
  await Promise.all([
    untilSeen(all, members, [node], ({ primaryId }) => primaryId === primary.clusterNodeId),
    untilSeen(all, [node], members, hasRole),
  ]);
  // Twice: a link may have been closed by its other end and not yet be seen as closed by this one.
  for (let look = 0; look < 2; look += 1) {
    await sleep(POLL_EVERY_MS, signal);
    await Promise.all([untilSeen(all, members, [node], isLinked), untilSeen(all, [node], members, isLinked)]);
  }
}

type Criterion = (line: ClusterNodeLine) => boolean;

function isLinked({ flags, linkIsConnected }: ClusterNodeLine): boolean {
  return linkIsConnected && !flags.includes('handshake');
}

async function untilAnswers(administrator: Administrator, node: NodeRecord, signal?: AbortSignal): Promise<void> {
  await waitUntil({
    what: `${node.id} to answer`,
    timeoutMs: INTRODUCE_TIMEOUT_MS,
    everyMs: POLL_EVERY_MS,
    ...(signal === undefined ? {} : { signal }),
    probe: async () => textOf((await administrator.ask(node, [['PING']]))[0]),
  });
}

interface Waiting {
  readonly context: LabContext;
  readonly signal: AbortSignal | undefined;
}

/** Waits until each of `observers` sees each of `observed` that way. */
async function untilSeen(
  { context, signal }: Waiting,
  observers: readonly NodeRecord[],
  observed: readonly NodeRecord[],
  asExpected: Criterion,
): Promise<void> {
  const waitFor = (observer: NodeRecord) =>
    waitUntil({
      what: `${observer.id} to know ${observed.map(({ id }) => id).join(', ')}`,
      timeoutMs: INTRODUCE_TIMEOUT_MS,
      everyMs: POLL_EVERY_MS,
      ...(signal === undefined ? {} : { signal }),
      probe: async () => {
        const good = (await seenBy(context.administrator, observer)).filter(asExpected);
        const ids = new Set(good.map(({ clusterNodeId }) => clusterNodeId));
        return observed.every(({ clusterNodeId }) => ids.has(clusterNodeId as string)) ? true : undefined;
      },
    });
  await Promise.all(observers.map(waitFor));
}

async function withoutRole(
  administrator: Administrator,
  observer: NodeRecord,
  nodes: readonly NodeRecord[],
): Promise<NodeRecord[]> {
  const known = (await seenBy(administrator, observer)).filter(hasRole);
  const ids = new Set(known.map(({ clusterNodeId }) => clusterNodeId));
  return nodes.filter(({ clusterNodeId }) => !ids.has(clusterNodeId as string));
}

async function seenBy(administrator: Administrator, observer: NodeRecord): Promise<ClusterNodeLine[]> {
  const [reply] = await administrator.ask(observer, [['CLUSTER', 'NODES']]);
  return parseClusterNodes(textOf(reply));
}

/** Gossip alone makes a node known without its role; a primary of this lab always has slots. */
function hasRole({ primaryId, slots }: ClusterNodeLine): boolean {
  return primaryId !== undefined || slots.length > 0;
}

function meet({ host, port, busPort }: NodeRecord): string[] {
  return ['CLUSTER', 'MEET', host, String(port), String(busPort)];
}
