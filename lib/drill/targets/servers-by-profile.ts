/**
 * The servers of a deployment that is not a lab, seen with the application's own rights: CLUSTER NODES of every node where the
 * policy shows it, and otherwise no more than that the endpoint answers. Nothing here writes.
 */
import { readFile } from 'node:fs/promises';
import { ProblemError } from '../../base/problem.ts';
import { parseClusterNodes, parseInfo } from '../../client/cluster-view.ts';
import { lookupOf } from '../../client/lookup.ts';
import type { RetiredAddress, ServerView } from '../../lab/lab.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';
import { readSecret } from '../../profile/secret.ts';
import { evenSlotRanges } from '../../topology/slot.ts';
import { type DialSettings, dial, type Link, Silence } from '../../verify/connection.ts';
import type { Address } from '../../verify/observation.ts';
import { ReplyError } from '../../verify/resp.ts';
import type { ServerNode, Servers } from '../target.ts';
import { voteOnShards } from './cluster-vote.ts';

/** A node that says nothing for this long has no vote in this round. */
const ASK_TIMEOUT_MS = 1_000;
/** Gentler than a lab's: these servers have other users. */
const OBSERVE_EVERY_MS = 250;
/** A node that could not be reached is tried again after this long. */
const DIAL_AGAIN_AFTER_MS = 1_000;

export interface OpenServers extends Servers {
  close(): void;
}

/**
 * @throws ProblemError `SERVERS_UNREACHABLE` when the endpoint does not answer, `SECRET_…` when the secret cannot be read
 */
export async function openServers(
  profile: ConnectionProfile,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<OpenServers> {
  // Said at once, not as a server that cannot be reached.
  await readSecret(profile.authentication.secret, environment);
  const asker = new Asker(profile, await dialSettingsOf(profile), environment);
  const { endpoint } = profile;
  const info = await asker.ask(endpoint, ['INFO', 'server']);
  if (typeof info !== 'string') {
    asker.close();
    const reason = asker.lastFailure(endpoint) ?? (info instanceof Error ? info.message : 'no answer');
    const message = `${endpoint.host}:${endpoint.port} cannot be asked for its servers: ${reason}. Run \`redoubt verify\` first.`;
    throw new ProblemError({ code: 'SERVERS_UNREACHABLE', message });
  }
  const { fields } = parseInfo(info);
  const common = {
    serverVersion: fields.get('valkey_version') ?? fields.get('redis_version') ?? 'unknown',
    observeEveryMs: OBSERVE_EVERY_MS,
    close: () => asker.close(),
  };
  return profile.clientMode === 'single'
    ? { ...common, ...hiddenServers(profile, asker) }
    : { ...common, ...visibleServers(profile, asker) };
}

type Sight = Pick<Servers, 'topologyIsHidden' | 'nodes' | 'serverView' | 'retiredAddresses'>;

/** Behind one endpoint: its answer stands for all of them, and the slots are split evenly so that the load touches each. */
function hiddenServers({ endpoint, expected }: ConnectionProfile, asker: Asker): Sight {
  const id = 'endpoint';
  const shards: ServerView['shards'] = evenSlotRanges(expected.shardCount).map((range, shardIndex) => ({
    shardIndex,
    slots: [range],
    primaryNodeId: id,
    replicaNodeIds: [],
    epoch: 0,
  }));
  return {
    topologyIsHidden: true,
    nodes: () => [{ id, ...endpoint, shardIndex: 0 }],
    serverView: async () => ({ shards: (await asker.ask(endpoint, ['PING'])) === 'PONG' ? shards : [] }),
    retiredAddresses: () => [],
  };
}

function visibleServers({ endpoint }: ConnectionProfile, asker: Asker): Sight {
  let members: readonly ServerNode[] = [];
  const retired = new Map<string, RetiredAddress>();
  const remember = (nodes: readonly ServerNode[]) => {
    const now = new Set(nodes.map(addressOf));
    for (const { host, port } of members) {
      const address = addressOf({ host, port });
      if (!now.has(address)) retired.set(address, { host, port, retiredAtEpochMs: Date.now() });
    }
    for (const address of now) retired.delete(address);
    asker.keepOnly([endpoint, ...nodes]);
    members = nodes;
  };
  return {
    topologyIsHidden: false,
    nodes: () => [...members],
    serverView: async () => {
      const asked = members.length === 0 ? [endpoint] : members;
      let answers = await nodesSeenBy(asker, asked);
      // None of them is left: the endpoint's name leads to those that are.
      if (answers.length === 0) answers = await nodesSeenBy(asker, [endpoint]);
      const { view, nodes } = voteOnShards(answers);
      if (nodes.length > 0) remember(nodes);
      return view;
    },
    retiredAddresses: () => [...retired.values()],
  };
}

async function nodesSeenBy(asker: Asker, addresses: readonly Address[]) {
  const replies = await Promise.all(addresses.map((address) => asker.ask(address, ['CLUSTER', 'NODES'])));
  return replies.flatMap((reply) => (typeof reply === 'string' ? [parseClusterNodes(reply).nodes] : []));
}

/** One connection to each address, made when it is first asked and again when it was lost. */
class Asker {
  readonly #profile: ConnectionProfile;
  readonly #settings: DialSettings;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #links = new Map<string, Link>();
  readonly #underWay = new Map<string, Promise<string | Error | undefined>>();
  readonly #failures = new Map<string, { readonly reason: string; readonly atMs: number }>();
  #closed = false;

  constructor(
    profile: ConnectionProfile,
    settings: DialSettings,
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.#profile = profile;
    this.#settings = settings;
    this.#environment = environment;
  }

  /**
   * The reply as text, the server's error, or undefined when there was none. Whoever asks the same while it is not answered yet gets
   * that answer too: the observer and a look at the end of a drill ask at their own times, and a silent node is not asked twice.
   */
  ask(address: Address, command: readonly string[]): Promise<string | Error | undefined> {
    const question = `${addressOf(address)} ${command.join(' ')}`;
    const underWay = this.#underWay.get(question);
    if (underWay !== undefined) return underWay;
    const answer = this.#answerTo(address, command).finally(() => this.#underWay.delete(question));
    this.#underWay.set(question, answer);
    return answer;
  }

  async #answerTo(address: Address, command: readonly string[]): Promise<string | Error | undefined> {
    const link = await this.#linkTo(address);
    if (link === undefined) return undefined;
    const [reply] = await link.ask([command]);
    if (reply instanceof ReplyError) return new Error(reply.message);
    if (typeof reply === 'string') return reply;
    this.#drop(addressOf(address), reply instanceof Silence ? reply.reason : 'an answer that is not text');
    return undefined;
  }

  lastFailure(address: Address): string | undefined {
    return this.#failures.get(addressOf(address))?.reason;
  }

  keepOnly(addresses: readonly Address[]): void {
    const kept = new Set(addresses.map(addressOf));
    for (const key of this.#links.keys()) if (!kept.has(key)) this.#drop(key, 'it is no member any more');
  }

  close(): void {
    this.#closed = true;
    for (const key of this.#links.keys()) this.#drop(key, 'closed');
  }

  async #linkTo(address: Address): Promise<Link | undefined> {
    if (this.#closed) return undefined;
    const key = addressOf(address);
    const known = this.#links.get(key);
    if (known !== undefined) return known;
    const failure = this.#failures.get(key);
    if (failure !== undefined && performance.now() - failure.atMs < DIAL_AGAIN_AFTER_MS) return undefined;
    const { secret, userName } = this.#profile.authentication;
    // Read for every connection: a token that was good for the last one may be over.
    const password = await readSecret(secret, this.#environment).catch(() => undefined);
    if (password === undefined) return this.#failed(key, 'the secret cannot be read');
    const { observation, link } = await dial(address, this.#settings);
    if (link === undefined) return this.#failed(key, observation.failure?.message ?? 'it was not connected');
    const [login] = await link.ask([userName === undefined ? ['AUTH', password] : ['AUTH', userName, password]]);
    if (login === 'OK' && !this.#closed) {
      this.#links.set(key, link);
      return link;
    }
    link.close();
    return this.#failed(key, login instanceof ReplyError ? login.message : 'the login was not answered');
  }

  #failed(key: string, reason: string): undefined {
    this.#failures.set(key, { reason, atMs: performance.now() });
  }

  #drop(key: string, reason: string): void {
    this.#links.get(key)?.close();
    this.#links.delete(key);
    this.#failures.set(key, { reason, atMs: Number.NEGATIVE_INFINITY });
  }
}

async function dialSettingsOf({ tls, nameResolution }: ConnectionProfile): Promise<DialSettings> {
  return {
    serverName: tls.serverName,
    minimumVersion: tls.minimumVersion,
    askTimeoutMs: ASK_TIMEOUT_MS,
    lookup: lookupOf(nameResolution),
    ...(tls.caFile === undefined ? {} : { certificateAuthority: await readFile(tls.caFile, 'utf8') }),
  };
}

function addressOf({ host, port }: Address): string {
  return `${host}:${port}`;
}
