/** Makes a started node known to every member of the cluster, and every member known to it. */
import { waitUntil } from '../../base/wait-until.ts';
import type { Administrator } from '../administrator.ts';
import { answeringNodes, type LabContext } from '../context.ts';
import { textOf } from '../reply.ts';
import { type ClusterNodeLine, parseClusterNodes } from '../server-view.ts';
import { type NodeRecord, readState } from '../state.ts';

const INTRODUCE_TIMEOUT_MS = 15_000;
const POLL_EVERY_MS = 15;

/**
 * CLUSTER MEET in both directions instead of waiting for gossip, and twice: from the first meeting each side learns the
 * other's id, from the next packet of a node it knows whose replica that is. A primary ignores a takeover request of a
 * replica it does not know as its own.
 */
export async function introduce(
  context: LabContext,
  node: NodeRecord,
  primary: NodeRecord,
  signal?: AbortSignal,
): Promise<void> {
  const { administrator } = context;
  const members = answeringNodes(readState(context.runDirectory));
  const meetEachOther = () =>
    Promise.all([
      administrator.ask(node, members.map(meet)),
      ...members.map((member) => administrator.ask(member, [meet(node)])),
    ]);
  const bothSee = (ofNode: Criterion, ofMember: Criterion) =>
    Promise.all([
      untilAllSee(context, members, [node], ofNode, signal),
      untilAllSee(context, [node], members, ofMember, signal),
    ]);
  await untilAnswers(administrator, node, signal);
  await meetEachOther();
  await bothSee(isLinked, isLinked);
  await meetEachOther();
  await bothSee(({ primaryId }) => primaryId === primary.clusterNodeId, hasRole);
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

/** Waits until each of `observers` sees each of `observed` that way. */
async function untilAllSee(
  { administrator }: LabContext,
  observers: readonly NodeRecord[],
  observed: readonly NodeRecord[],
  asExpected: Criterion,
  signal?: AbortSignal,
): Promise<void> {
  const waitFor = (observer: NodeRecord) =>
    waitUntil({
      what: `${observer.id} to know ${observed.map(({ id }) => id).join(', ')}`,
      timeoutMs: INTRODUCE_TIMEOUT_MS,
      everyMs: POLL_EVERY_MS,
      ...(signal === undefined ? {} : { signal }),
      probe: async () => {
        const [reply] = await administrator.ask(observer, [['CLUSTER', 'NODES']]);
        const good = parseClusterNodes(textOf(reply)).filter(asExpected);
        const ids = new Set(good.map(({ clusterNodeId }) => clusterNodeId));
        return observed.every(({ clusterNodeId }) => ids.has(clusterNodeId as string)) ? true : undefined;
      },
    });
  await Promise.all(observers.map(waitFor));
}

/** Gossip alone makes a node known without its role; a primary of this lab always has slots. */
function hasRole({ primaryId, slots }: ClusterNodeLine): boolean {
  return primaryId !== undefined || slots.length > 0;
}

function meet({ host, port, busPort }: NodeRecord): string[] {
  return ['CLUSTER', 'MEET', host, String(port), String(busPort)];
}
