/** Asks the servers of a deployment with the application's own rights, and keeps a connection to each while a drill lasts. */
import { lookupOf } from '../../client/lookup.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';
import { readSecret } from '../../profile/secret.ts';
import { readCertificateAuthority } from '../../verify/certificate-authority.ts';
import { type DialSettings, dial, type Link, Silence } from '../../verify/connection.ts';
import type { Address } from '../../verify/observation.ts';
import { ReplyError } from '../../verify/resp.ts';

/** A node that says nothing for this long has no vote in this round. */
const ASK_TIMEOUT_MS = 1_000;
/** A node that could not be reached is tried again after this long. */
const DIAL_AGAIN_AFTER_MS = 1_000;

/** One connection to each address, made when it is first asked and again when it was lost. */
export class Asker {
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

/** @throws ProblemError `CERTIFICATE_AUTHORITY_…` */
export async function dialSettingsOf({ tls, nameResolution }: ConnectionProfile): Promise<DialSettings> {
  const certificateAuthority = await readCertificateAuthority(tls.caFile);
  return {
    serverName: tls.serverName,
    minimumVersion: tls.minimumVersion,
    askTimeoutMs: ASK_TIMEOUT_MS,
    lookup: lookupOf(nameResolution),
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
  };
}

export function addressOf({ host, port }: Address): string {
  return `${host}:${port}`;
}
