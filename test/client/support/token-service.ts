/**
 * Stands for IAM or Entra before a lab: issues tokens of seconds and puts a gate before each server that takes them. The profile
 * that it gives leads to the gates by a hosts file of its own. Linux only: every gate has a loopback address.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressesIn } from '../../../lib/client/lookup.ts';
import type { Lab } from '../../../lib/lab/lab.ts';
import { applicationPasswordPath } from '../../../lib/lab/secrets.ts';
import type { ConnectionProfile } from '../../../lib/profile/profile.ts';
import type { Credential } from '../../../lib/profile/tokens/credential.ts';
import { type GateCounts, openGate, type TokenGate } from './token-gate.ts';

export interface TokenServiceOptions {
  readonly lifetimeMs: number;
  /** Azure ends a connection with its token; ElastiCache lets it live on. */
  readonly closesExpired: boolean;
  /** Default false. */
  readonly speaksResp2Only?: boolean;
  /** When a token ends that others have made. Default: only those that are issued here are known. */
  readonly endOf?: (token: string) => number | undefined;
}

export interface TokenService {
  readonly profile: ConnectionProfile;
  /** A new token each time. */
  readonly issue: () => Promise<Credential>;
  /** Set: the issuer fails with this. */
  failure: Error | undefined;
  /** True: no token that is issued from now on is taken by the servers. */
  issuesRefused: boolean;
  /** What the issuer's clock is ahead of this machine's. */
  clockAheadMs: number;
  readonly issued: () => readonly string[];
  /** How many tokens have ended. */
  readonly ended: () => number;
  readonly counts: () => GateCounts;
  readonly hangUp: () => void;
  readonly close: () => Promise<void>;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

const LOOK_FOR_NODES_EVERY_MS = 20;

export async function startTokenService(lab: Lab, options: TokenServiceOptions): Promise<TokenService> {
  const { profile } = lab;
  if (profile.nameResolution.kind !== 'hosts-file') throw new Error('The lab has no hosts file.');
  const labHosts = profile.nameResolution.path;
  const hosts = join(lab.runDirectory, 'hosts-of-gates');
  const ends = new Map<string, number>();
  const gates = new Map<string, TokenGate>();
  /** Address of the gates before every address of a server. */
  const hostsOfGates = new Map<string, string>();
  const subnet = `127.${randomInt(130, 250)}.${randomInt(0, 256)}`;
  const announcesAddresses = profile.platform === 'azure-managed-redis' && profile.clientMode === 'cluster';
  const hostBefore = (host: string): string => {
    const known = hostsOfGates.get(host);
    const chosen = known ?? (announcesAddresses ? twinOf(host) : `${subnet}.${hostsOfGates.size + 1}`);
    hostsOfGates.set(host, chosen);
    return chosen;
  };
  const file = (name: string) => readFileSync(join(lab.runDirectory, 'tls', name));
  const tls = {
    key: file('server.key'),
    certificate: file('server.pem'),
    authority: file('authority.pem'),
    name: profile.tls.serverName,
  };
  const password = readFileSync(applicationPasswordPath(lab.runDirectory), 'utf8').trim();
  const endOf = options.endOf ?? ((token: string) => ends.get(token));

  const openBefore = async (server: Address) => {
    const host = hostBefore(server.host);
    const listen = { host, port: server.port };
    const { closesExpired, speaksResp2Only = false } = options;
    const announced = announcesAddresses ? { announced: { host: server.host, as: host } } : {};
    const gate = await openGate({ listen, server, tls, password, endOf, closesExpired, speaksResp2Only, ...announced });
    gates.set(keyOf(server), gate);
  };
  const servers = (): Address[] => {
    const nodes = lab.nodes().map(({ host, port }) => ({ host, port }));
    if (profile.platform === 'elasticache') return nodes;
    const [endpoint] = addressesIn(readFileSync(labHosts, 'utf8'), profile.endpoint.host);
    const endpoints = endpoint === undefined ? [] : [{ host: endpoint.address, port: profile.endpoint.port }];
    return announcesAddresses ? [...endpoints, ...nodes] : endpoints;
  };
  let text = '';
  const follow = async () => {
    for (const server of servers()) if (!gates.has(keyOf(server))) await openBefore(server);
    const now = readFileSync(labHosts, 'utf8').replace(/^\S+/gm, (host) => hostsOfGates.get(host) ?? host);
    if (now !== text) writeFileSync(hosts, now);
    text = now;
  };
  await follow();
  let following = Promise.resolve();
  const timer = setInterval(() => {
    following = following.then(follow);
  }, LOOK_FOR_NODES_EVERY_MS);

  const service: TokenService = {
    profile: { ...profile, nameResolution: { kind: 'hosts-file', path: hosts } },
    failure: undefined,
    issuesRefused: false,
    clockAheadMs: 0,
    issue: async () => {
      if (service.failure !== undefined) throw service.failure;
      const secret = `token-${randomBytes(18).toString('base64url')}`;
      const end = Date.now() + options.lifetimeMs;
      ends.set(secret, service.issuesRefused ? 0 : end);
      return { secret, expiresAtEpochMs: end + service.clockAheadMs, lifetimeMs: options.lifetimeMs };
    },
    issued: () => [...ends.keys()],
    ended: () => [...ends.values()].filter((end) => end < Date.now()).length,
    counts: () => sum([...gates.values()].map(({ counts }) => counts)),
    hangUp: () => {
      for (const gate of gates.values()) gate.hangUp();
    },
    close: async () => {
      clearInterval(timer);
      await following;
      await Promise.all([...gates.values()].map((gate) => gate.close()));
    },
  };
  return service;
}

function keyOf({ host, port }: Address): string {
  return `${host}:${port}`;
}

/** Another loopback address of the same length, outside those of labs (127.64 to 127.127): the service announces addresses. */
function twinOf(host: string): string {
  const [first, second = '', third = '', last] = host.split('.');
  const other = second.length === 2 ? randomInt(10, 64) : randomInt(130, 250);
  const least = third.length === 1 ? 0 : 10 ** (third.length - 1);
  return [first, other, randomInt(least, Math.min(10 ** third.length, 256)), last].join('.');
}

function sum(all: readonly GateCounts[]): GateCounts {
  const total: GateCounts = { accepted: 0, expired: 0, renewed: 0, refused: 0 };
  for (const counts of all) {
    for (const name of Object.keys(total) as (keyof GateCounts)[]) total[name] += counts[name];
  }
  return total;
}
