/**
 * ioredis as installed: every setting at its default, except what is needed to connect at all (login, the authority's
 * certificate and the name to verify, and where names are looked up).
 */
import { Cluster, Redis } from 'ioredis';
import { lookupOf } from '../../client/lookup.ts';
import { tlsOf } from '../../client/tls.ts';
import type { ConnectionProfile } from '../../profile/profile.ts';
import { readSecret } from '../../profile/secret.ts';
import { versionOf } from './library-version.ts';
import type { LoadClient, LoadClientKind } from './load-client.ts';

export const ioredisKind: LoadClientKind = {
  name: 'ioredis',
  create: (profile) => ioredisClient(profile, {}, 'default settings'),
};

/** Of a connection, in milliseconds; ioredis' own defaults are none and 10 s. */
interface TimeOuts {
  readonly socketTimeout?: number;
  readonly connectTimeout?: number;
}

/** With these time-outs besides what is needed to connect; `settings` says so in the description. */
export async function ioredisClient(
  profile: ConnectionProfile,
  timeOuts: TimeOuts,
  settings: string,
): Promise<LoadClient> {
  const options = { ...(await connectionOptions(profile)), ...timeOuts };
  const client =
    profile.clientMode === 'cluster'
      ? clusterOf(profile, options)
      : new Redis({ ...profile.endpoint, lazyConnect: true, ...options });
  // Without a listener an error event would end the process; applications have one that logs.
  client.on('error', () => undefined);
  return {
    description: `ioredis ${versionOf('ioredis')} ${profile.clientMode === 'cluster' ? 'Cluster' : 'Redis'}, ${settings}`,
    connect: () => client.connect(),
    set: (key, value, expiryMs) => client.set(key, value, 'PX', expiryMs),
    incr: (key) => client.incr(key),
    destroy: () => client.disconnect(),
  };
}

function clusterOf(profile: ConnectionProfile, redisOptions: ConnectionOptions): Cluster {
  return new Cluster([profile.endpoint], {
    lazyConnect: true,
    // The form its README gives for TLS: names stay names, and are looked up when a connection is made.
    dnsLookup: (address, callback) => callback(null, address),
    redisOptions,
  });
}

type ConnectionOptions = Awaited<ReturnType<typeof connectionOptions>> & TimeOuts;

async function connectionOptions({ authentication, nameResolution, tls }: ConnectionProfile) {
  return {
    ...(authentication.userName === undefined ? {} : { username: authentication.userName }),
    password: await readSecret(authentication.secret),
    tls: tlsOf(tls, lookupOf(nameResolution)),
  };
}
