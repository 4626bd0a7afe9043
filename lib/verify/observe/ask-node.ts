/** One server asked everything that is asked of every server, in one connection and one round trip. */
import {
  type ClusterNode,
  parseClusterNodes,
  parseClusterSlots,
  parseInfo,
  type SlotOwner,
} from '../../client/cluster-view.ts';
import { dial, type Link, Silence } from '../connection.ts';
import type { Address, Answer, ConnectionFailure, NodeObservation } from '../observation.ts';
import { type Reply, ReplyError } from '../resp.ts';
import { answerOf, type RawAnswer, recordOf } from './answers.ts';
import { authCommand, type Session } from './session.ts';

const QUESTIONS = [
  ['PING'],
  // Without arguments it only tells; it does not change the protocol.
  ['HELLO'],
  ['INFO'],
  ['CLUSTER', 'INFO'],
  ['CLUSTER', 'SLOTS'],
  ['CLUSTER', 'NODES'],
] as const;

export interface AskedNode {
  readonly observation: NodeObservation;
  /** Replies to `moreQuestions`, in order. */
  readonly moreReplies: readonly RawAnswer[];
  /** Absent when the server was not reached, or no longer answers. The caller closes it. */
  readonly link?: Link;
}

export async function askNode(
  session: Session,
  address: Address,
  nodeId: string,
  moreQuestions: readonly (readonly string[])[] = [],
): Promise<AskedNode> {
  const { observation: connection, link } = await dial(address, session.dialSettings);
  if (link === undefined) {
    const silence = new Silence('NOT_CONNECTED', connection.failure?.message ?? 'It was not connected.');
    const replies = QUESTIONS.map(() => silence);
    return { observation: { connection, nodeId, ...views(replies) }, moreReplies: moreQuestions.map(() => silence) };
  }
  const [authentication, ...replies] = await link.ask([authCommand(session), ...QUESTIONS, ...moreQuestions]);
  const failure = failureOf(authentication, replies[0]);
  const reached = failure === undefined || failure.stage === 'ping' ? { link } : {};
  if (reached.link === undefined) link.close();
  return {
    observation: {
      connection: failure === undefined ? connection : { ...connection, failure },
      nodeId,
      ...views(replies),
    },
    moreReplies: replies.slice(QUESTIONS.length),
    ...reached,
  };
}

function failureOf(authentication: RawAnswer | undefined, ping: RawAnswer | undefined): ConnectionFailure | undefined {
  if (authentication instanceof ReplyError) return refusal('authentication', authentication);
  if (authentication instanceof Silence) return silent('authentication', authentication);
  if (ping instanceof ReplyError) return refusal('ping', ping);
  if (ping instanceof Silence) return silent('ping', ping);
  return undefined;
}

function refusal(stage: 'authentication' | 'ping', { message }: ReplyError): ConnectionFailure {
  return { stage, code: message.split(' ')[0] ?? 'ERR', message };
}

function silent(stage: 'authentication' | 'ping', { code, reason }: Silence): ConnectionFailure {
  return { stage, code, message: reason };
}

type Views = Omit<NodeObservation, 'connection' | 'nodeId' | 'replicaRead'>;

function views([, hello, info, clusterInfo, clusterSlots, clusterNodes]: readonly RawAnswer[]): Views {
  const unreadable: string[] = [];
  return {
    hello: answerOf(hello, recordOf),
    info: answerOf(info, infoFields),
    clusterInfo: answerOf(clusterInfo, infoFields),
    clusterSlots: answerOf(clusterSlots, (reply): readonly SlotOwner[] => {
      const { owners, problems } = parseClusterSlots(reply);
      unreadable.push(...problems.map(({ message }) => message));
      return owners;
    }) satisfies Answer<readonly SlotOwner[]>,
    clusterNodes: answerOf(clusterNodes, (reply): readonly ClusterNode[] => {
      const { nodes, problems } = parseClusterNodes(reply);
      unreadable.push(...problems.map(({ message }) => message));
      return nodes;
    }),
    unreadable,
  };
}

function infoFields(reply: Reply): Record<string, string> {
  return Object.fromEntries(parseInfo(reply).fields);
}
