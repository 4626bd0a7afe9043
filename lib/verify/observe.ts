/**
 * Everything that talks to the deployment: asks once, judges nothing.
 *
 *   endpoint ─┬─ views, who it says it is          then ─┬─ every announced node: the same questions, one script,
 *             ├─ no / a wrong credential, admin         │  multi-key commands over two slots
 *             ├─ below and at the least TLS version     └─ reads spread over all slots, fresh connections
 *             └─ no TLS
 *
 * Both waves are parallel inside; every single question is bounded by `askTimeoutMs`, so a dead endpoint costs one
 * such wait and a dead node one more. Read-only but for the keys of probe-keys.ts.
 */
import { randomBytes } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import { addressText } from '../base/address.ts';
import type { SlotOwner } from '../client/cluster-view.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import { evenSlotRanges } from '../topology/slot.ts';
import type { Link } from './connection.ts';
import { isSecondary } from './judging.ts';
import type { Answer, NodeObservation, Observation } from './observation.ts';
import { probeAdminCommands } from './observe/admin-commands.ts';
import { type AnnouncedTarget, announcedTargets } from './observe/announced-nodes.ts';
import { answerOf, shownReply } from './observe/answers.ts';
import { type AskedNode, askNode } from './observe/ask-node.ts';
import { probeWithoutCredential, probeWithWrongCredential } from './observe/credentials.ts';
import { canCrossSlots, crossSlotProbes, crossSlotQuestions } from './observe/cross-slot.ts';
import { luaProbe, luaQuestion } from './observe/lua.ts';
import { probePlaintext } from './observe/plaintext.ts';
import { ProbeKeys } from './observe/probe-keys.ts';
import { probeProtocolVersion, versionsToOffer } from './observe/protocol-versions.ts';
import { NO_ROUTING, probeFreshConnections, probeRouting, UNKNOWN_OWNER_STRETCHES } from './observe/routing.ts';
import { inParallel, type Session } from './observe/session.ts';
import { writeProbe, writeQuestions } from './observe/writes.ts';

export interface ObserveOptions {
  readonly password: string;
  /** PEM of the authority; absent: the system's trust store. */
  readonly certificateAuthority?: string;
  /** How names become addresses; absent: the system's. */
  readonly lookup?: LookupFunction;
  readonly askTimeoutMs: number;
  /** Ends every open question at once; what was not answered is then silence. */
  readonly signal?: AbortSignal;
}

export async function observe(profile: ConnectionProfile, options: ObserveOptions): Promise<Observation> {
  const startedAt = new Date();
  const start = performance.now();
  const session = sessionOf(profile, options);
  const lone = loneProbes(session, profile);
  const reader = observeReader(session, profile);
  const endpoint = await askNode(session, session.endpoint, '');
  const seen = await observeBehind(session, profile, endpoint);
  endpoint.link?.close();
  return {
    startedAt: startedAt.toISOString(),
    askTimeoutMs: options.askTimeoutMs,
    endpoint: endpoint.observation,
    ...seen,
    ...(await lone),
    ...(await reader),
    durationMs: Math.round(performance.now() - start),
  };
}

function sessionOf(profile: ConnectionProfile, options: ObserveOptions): Session {
  const { certificateAuthority, lookup, askTimeoutMs, signal } = options;
  const { userName } = profile.authentication;
  return {
    endpoint: profile.endpoint,
    dialSettings: {
      serverName: profile.tls.serverName,
      minimumVersion: profile.tls.minimumVersion,
      askTimeoutMs,
      ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
      ...(lookup === undefined ? {} : { lookup }),
      ...(signal === undefined ? {} : { signal }),
    },
    ...(userName === undefined ? {} : { userName }),
    password: options.password,
    keys: new ProbeKeys(randomBytes(6).toString('hex'), profile.keyPrefix),
    refusesWrites: isSecondary(profile),
  };
}

/** Its name is in the certificate too, and is the one that a client of it verifies. */
async function observeReader(
  session: Session,
  { readerEndpoint }: ConnectionProfile,
): Promise<Pick<Observation, 'reader'>> {
  if (readerEndpoint === undefined) return {};
  const dialSettings = { ...session.dialSettings, serverName: readerEndpoint.host };
  const { link, observation } = await askNode({ ...session, dialSettings }, readerEndpoint, '');
  link?.close();
  return { reader: observation };
}

type LoneProbes = Pick<
  Observation,
  'protocolVersions' | 'plaintext' | 'withoutCredential' | 'withWrongCredential' | 'adminCommands'
>;

/** Those that need a connection of their own and nothing else; none of them rejects. */
async function loneProbes(session: Session, profile: ConnectionProfile): Promise<LoneProbes> {
  const versions = versionsToOffer(profile.tls.minimumVersion);
  const [protocolVersions, plaintext, withoutCredential, withWrongCredential, adminCommands] = await Promise.all([
    inParallel(versions, (version) => probeProtocolVersion(session, version)),
    probePlaintext(session),
    probeWithoutCredential(session),
    probeWithWrongCredential(session),
    probeAdminCommands(session),
  ]);
  return { protocolVersions, plaintext, withoutCredential, withWrongCredential, adminCommands };
}

type Behind = Pick<Observation, 'nodes' | 'routing' | 'freshConnections' | 'crossSlot' | 'lua' | 'writes'>;

/** What only an endpoint that answers leads to. */
async function observeBehind(session: Session, profile: ConnectionProfile, endpoint: AskedNode): Promise<Behind> {
  const { link, observation } = endpoint;
  if (link === undefined) return { nodes: [], routing: NO_ROUTING, crossSlot: [], lua: [] };
  const owners = valueIn(observation.clusterSlots) ?? [];
  const targets = announcedTargets(owners, valueIn(observation.clusterNodes) ?? [], session.endpoint);
  const hidden = targets.length === 0;
  const [nodes, atEndpoint, freshConnections] = await Promise.all([
    observeNodes(session, profile, targets),
    observeAtEndpoint(session, link, owners, hidden),
    needsFreshConnections(profile, owners) ? probeFreshConnections(session) : undefined,
  ]);
  return {
    nodes: nodes.nodes,
    routing: atEndpoint.routing,
    ...(freshConnections === undefined ? {} : { freshConnections }),
    crossSlot: hidden ? atEndpoint.crossSlot : nodes.crossSlot,
    lua: hidden ? atEndpoint.lua : nodes.lua,
    ...(session.refusesWrites ? { writes: hidden ? atEndpoint.writes : nodes.writes } : {}),
  };
}

/** One after the other on the endpoint's connection: reads over all slots and, where there are no nodes to ask, the rest. */
async function observeAtEndpoint(session: Session, link: Link, owners: readonly SlotOwner[], hidden: boolean) {
  const routing = await probeRouting(session, link, owners);
  if (!hidden) return { routing, crossSlot: [], lua: [], writes: [] };
  const place = addressText(session.endpoint);
  const everywhere = evenSlotRanges(1);
  const scripts = evenSlotRanges(UNKNOWN_OWNER_STRETCHES).map((stretch) => luaQuestion(session, [stretch]));
  const scriptReplies = await link.ask(scripts.map(({ command }) => command));
  // Before what writes across slots: a secondary may close a connection on which something was written (close-on-replica-write).
  const writeReplies = await link.ask(writeQuestions(session, everywhere));
  const crossSlotReplies = await link.ask(crossSlotQuestions(session, everywhere));
  return {
    routing,
    crossSlot: crossSlotProbes(crossSlotReplies),
    lua: scripts.map((script, index) => luaProbe(place, script, scriptReplies[index])),
    writes: writeReplies.map((reply) => writeProbe(place, reply)),
  };
}

async function observeNodes(session: Session, profile: ConnectionProfile, targets: readonly AnnouncedTarget[]) {
  const crossing = targets.find((target) => isServing(target) && canCrossSlots(target.slots));
  const asked = await inParallel(targets, (target) => observeNode(session, profile, target, target === crossing));
  return {
    nodes: asked.map(({ node }) => node),
    lua: asked.flatMap(({ lua }) => lua ?? []),
    crossSlot: asked.flatMap(({ crossSlot }) => crossSlot),
    writes: asked.flatMap(({ writes }) => writes),
  };
}

async function observeNode(session: Session, profile: ConnectionProfile, target: AnnouncedTarget, crossing: boolean) {
  const script = isServing(target) ? luaQuestion(session, target.slots) : undefined;
  const replicaRead = replicaReadQuestions(session, profile, target);
  const acrossSlots = crossing ? crossSlotQuestions(session, target.slots) : [];
  const scripts = script === undefined ? [] : [script.command];
  const writes = isServing(target) ? writeQuestions(session, target.slots) : [];
  const questions = [...replicaRead, ...scripts, ...writes, ...acrossSlots];
  const { observation, moreReplies, link } = await askNode(session, target.address, target.nodeId, questions);
  link?.close();
  const readReply = moreReplies[replicaRead.length - 1];
  const afterScript = replicaRead.length + scripts.length;
  const afterWrites = afterScript + writes.length;
  const place = addressText(target.address);
  const node: NodeObservation =
    replicaRead.length === 0
      ? observation
      : { ...observation, replicaRead: answerOf(readReply, () => shownReply(readReply)) };
  return {
    node,
    lua: script === undefined ? undefined : luaProbe(place, script, moreReplies[replicaRead.length]),
    writes: moreReplies.slice(afterScript, afterWrites).map((reply) => writeProbe(place, reply)),
    crossSlot: crossing ? crossSlotProbes(moreReplies.slice(afterWrites)) : [],
  };
}

function replicaReadQuestions(session: Session, profile: ConnectionProfile, target: AnnouncedTarget): string[][] {
  if (profile.replicaReads === 'never' || target.role !== 'replica' || target.slots.length === 0) return [];
  return [['READONLY'], ['EXISTS', session.keys.tagIn(target.slots).key('replica-read')]];
}

function isServing({ role, slots }: AnnouncedTarget): boolean {
  return role === 'primary' && slots.length > 0;
}

/** Where nothing announced contradicts a single client: no owners of slots, or one who owns them all. */
function needsFreshConnections(profile: ConnectionProfile, owners: readonly SlotOwner[]): boolean {
  return owners.length === 0 || (profile.clientMode === 'single' && primaryCount(owners) === 1);
}

function primaryCount(owners: readonly SlotOwner[]): number {
  return new Set(owners.map(({ primary }) => `${primary.host}:${primary.port}`)).size;
}

function valueIn<Value>(answer: Answer<Value>): Value | undefined {
  return answer.kind === 'value' ? answer.value : undefined;
}
