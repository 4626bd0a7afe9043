/**
 * node-redis as in the incident: `createCluster` (or `createClient` behind one endpoint), login and TLS for every node, with
 * the bounded back-off that its write-up advises (at once, then 50 ms doubling to 5 s) and without the timer for reading
 * the topology again that it advises as well. Everything else at its default but maintenance notices (see below).
 *
 * Not the incident's release: this one reads the topology again by default, when a connection has been reconnecting for
 * 5 s. So it finds its way back from nodes that close, and does not from one that stays silent, because nothing ends the
 * connection and no reconnecting begins.
 */
import { createClient, createCluster } from '@redis/client';
import { lookupOf } from '../../client/lookup.ts';
import { tlsOf } from '../../client/tls.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';
import { readSecret } from '../../profile/secret.ts';
import { versionOf } from './library-version.ts';
import type { LoadClientKind } from './load-client.ts';

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 5_000;

export const nodeRedisKind: LoadClientKind = {
  name: 'node-redis',
  create: async (profile) => {
    const options = await connectionOptions(profile);
    const client =
      profile.clientMode === 'cluster'
        ? createCluster({ rootNodes: [withAddress(options, profile)], defaults: options })
        : createClient(withAddress(options, profile));
    client.on('error', () => undefined);
    return {
      description:
        `node-redis ${versionOf('@redis/client')} ${profile.clientMode === 'cluster' ? 'createCluster' : 'createClient'}, ` +
        `defaults${profile.clientMode === 'cluster' ? ' (topology read again after 5 s of reconnecting)' : ''} ` +
        `with reconnectStrategy 0, then ${FIRST_DELAY_MS} ms doubling to ${LONGEST_DELAY_MS / 1_000} s, maintNotifications disabled`,
      connect: async () => void (await client.connect()),
      set: (key, value, expiryMs) => client.set(key, value, { PX: expiryMs }),
      incr: (key) => client.incr(key),
      destroy: () => client.destroy(),
    };
  },
};

/** Retries are counted from 0. */
export function reconnectStrategy(retries: number): number {
  if (retries === 0) return 0;
  return Math.min(FIRST_DELAY_MS * 2 ** (retries - 1), LONGEST_DELAY_MS);
}

async function connectionOptions({ authentication, nameResolution, tls }: ConnectionProfile) {
  return {
    ...(authentication.userName === undefined ? {} : { username: authentication.userName }),
    password: await readSecret(authentication.secret),
    // The incident's release had none; no server it is drilled against sends any; and asking for them makes the library
    // look up every node's name with the system's resolver, which does not know the lab's names.
    maintNotifications: 'disabled' as const,
    socket: { tls: true as const, ...tlsOf(tls, lookupOf(nameResolution)), reconnectStrategy },
  };
}

function withAddress(options: Awaited<ReturnType<typeof connectionOptions>>, { endpoint }: ConnectionProfile) {
  return { ...options, socket: { ...options.socket, ...endpoint } };
}
