/** What the checks share: how a finding is made, and how addresses, lists and missing answers are worded. */
import { addressText } from '../base/address.ts';
import type { ClusterNode, SlotOwner } from '../client/cluster-view.ts';
import { type Count, countText, mostOf } from '../profile/count.ts';
import type { ConnectionProfile } from '../profile/profile.ts';
import { ELASTICACHE_LIMITS } from '../topology/limits.ts';
import type { SlotRange } from '../topology/slot.ts';
import type { CheckResult } from './check.ts';
import { isNoPermission, missingWord } from './no-permission.ts';
import type { Answer, CertificateObservation, NodeObservation, Observation } from './observation.ts';

export type Finding = Omit<CheckResult, 'name'>;

export function passed(message: string): Finding {
  return { verdict: 'pass', code: 'OK', message };
}

export function failed(code: string, message: string): Finding {
  return { verdict: 'fail', code, message };
}

/** Could not be judged; the message says why. */
export function undecided(code: string, message: string): Finding {
  return { verdict: 'unknown', code, message };
}

/** The endpoint was not reached, so nothing behind it was seen. What stopped it is in the message of `reachability`. */
export function notReached({ endpoint }: Observation, question: string): Finding {
  return undecided(
    'NOT_OBSERVED',
    `${question} could not be observed, because ${addressOf(endpoint)} was not reached (see reachability).`,
  );
}

export function isReached({ connection }: NodeObservation): boolean {
  return connection.failure === undefined || connection.failure.stage === 'ping';
}

export function addressOf({ connection }: NodeObservation): string {
  return addressText(connection.address);
}

/** `a`, `a and b`, `a, b and 3 more`: the first few, so that a cluster of hundreds still makes a sentence. */
export function listed(items: readonly string[], shown = 6): string {
  if (items.length > shown) return `${items.slice(0, shown).join(', ')} and ${items.length - shown} more`;
  return items.length < 2 ? (items[0] ?? 'none') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** `1 shard`, `3 shards`, `2 primaries`. */
export function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun.replace(/([^aeiou])y$/, '$1ie')}s`;
}

/** `3 shards`, or with automatic scaling `3 to 8 shards`. */
export function wantedText(wanted: Count, noun: string): string {
  return mostOf(wanted) === 1 ? counted(1, noun) : `${countText(wanted)} ${counted(2, noun).slice(2)}`;
}

export function rangesText(ranges: readonly SlotRange[]): string {
  return listed(ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)));
}

export function valueIn<Value>(answer: Answer<Value>): Value | undefined {
  return answer.kind === 'value' ? answer.value : undefined;
}

/** Why there is no value: the server's error in quotes, or what the silence was. */
export function whyMissing(answer: Answer<unknown>): string {
  if (answer.kind === 'error') return `it answers "${answer.message}"`;
  return answer.kind === 'silence' ? answer.reason : 'it answered';
}

/** Of answers that were refused to this user: what to add, as a sentence after another one. Empty where none was. */
export function rightsAdvice(answers: readonly Answer<unknown>[]): string {
  const refused = answers.flatMap((answer) =>
    answer.kind === 'error' && isNoPermission(answer.message) ? [answer.message] : [],
  );
  const words = [...new Set(refused.flatMap((message) => missingWord(message) ?? []))];
  if (words.length > 0) return ` The user lacks the right: add \`${words.join(' ')}\` to its access string.`;
  return refused.length === 0 ? '' : ` ${KEYS_NOT_ALLOWED}`;
}

const KEYS_NOT_ALLOWED =
  'The user may not touch the keys that are asked about: give it keys by their beginning (`~shop:*`) and say so in the profile (`keyPrefix`).';

/** The endpoint, every announced node, and who answers at the reader endpoint. */
export function everyServer({ endpoint, nodes, reader }: Observation): NodeObservation[] {
  return [endpoint, ...nodes, ...(reader === undefined ? [] : [reader])];
}

export interface View<Rows> {
  /** Who sees it so, as `host:port`. */
  readonly place: string;
  readonly rows: Rows;
}

/** CLUSTER NODES of everybody who answered it. */
export function nodeViews(observation: Observation): View<readonly ClusterNode[]>[] {
  return everyServer(observation).flatMap((server) =>
    server.clusterNodes.kind === 'value' ? [{ place: addressOf(server), rows: server.clusterNodes.value }] : [],
  );
}

/** CLUSTER SLOTS of everybody who answered it. */
export function slotViews(observation: Observation): View<readonly SlotOwner[]>[] {
  return everyServer(observation).flatMap((server) =>
    server.clusterSlots.kind === 'value' ? [{ place: addressOf(server), rows: server.clusterSlots.value }] : [],
  );
}

export interface PresentedCertificate {
  readonly place: string;
  readonly certificate: CertificateObservation;
}

export function presentedCertificates(observation: Observation): PresentedCertificate[] {
  return everyServer(observation).flatMap((server) => {
    const { certificate } = server.connection;
    return certificate === undefined ? [] : [{ place: addressOf(server), certificate }];
  });
}

/** Servers whose handshake did not get as far as a certificate. */
export function withoutCertificate(observation: Observation): string[] {
  return everyServer(observation)
    .filter(({ connection }) => connection.certificate === undefined)
    .map(addressOf);
}

export function isWorking({ flags }: ClusterNode): boolean {
  return !flags.some((flag) => flag === 'fail' || flag === 'fail?' || flag === 'noaddr' || flag === 'handshake');
}

export function nodeText(node: ClusterNode): string {
  const host = node.hostname === '' ? node.host : node.hostname;
  return `${host === '' ? '(no address)' : host}:${node.port}`;
}

/** For the checks of shards, slots and nodes: a client in single mode is shown none of them, by design. */
export function hiddenTopology(profile: ConnectionProfile): string | undefined {
  if (profile.clientMode === 'cluster') return undefined;
  if (hasPrimaryEndpoint(profile))
    return 'ElastiCache without cluster mode has one shard, no slots and no view of nodes.';
  return `${profile.clusteringPolicy ?? 'This platform'} shows one endpoint and hides the shards behind it by design.`;
}

/** For the checks of replicas: the primary counts its own, wherever it can be met. */
export function hiddenReplicas(profile: ConnectionProfile): string | undefined {
  return hasPrimaryEndpoint(profile) ? undefined : hiddenTopology(profile);
}

/** A region of a Global Datastore that copies another one: its servers serve reads and refuse writes. */
export function isSecondary({ expected }: ConnectionProfile): boolean {
  return expected.globalRole === 'secondary';
}

/**
 * Links that the primary of a Global Datastore may count beside its own replicas. Whether the service shows the other regions in
 * INFO replication is not documented, and an address does not tell them apart.
 */
export function foreignLinksMax({ expected }: ConnectionProfile): number {
  return expected.globalRole === 'primary' ? ELASTICACHE_LIMITS.globalSecondaries.max : 0;
}

/** ElastiCache without cluster mode: the endpoint's name leads to the primary itself. */
export function hasPrimaryEndpoint({ platform, clientMode }: ConnectionProfile): boolean {
  return platform === 'elasticache' && clientMode === 'single';
}
