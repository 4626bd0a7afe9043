/** ioredis with a token that was fetched once, as it is used where nobody thought of its end. */
import { Cluster, Redis } from 'ioredis';
import { sleep } from '../../../lib/base/wait-until.ts';
import { lookupOf } from '../../../lib/client/lookup.ts';
import { tlsOf } from '../../../lib/client/tls.ts';
import type { TokenService } from './token-service.ts';

export async function naiveClient({ profile, issue }: TokenService): Promise<Cluster | Redis> {
  const { userName } = profile.authentication;
  const { secret } = await issue();
  const options = {
    ...(userName === undefined ? {} : { username: userName }),
    password: secret,
    tls: tlsOf(profile.tls, lookupOf(profile.nameResolution)),
    maxRetriesPerRequest: 3,
  };
  const naive =
    profile.clientMode === 'cluster'
      ? new Cluster([profile.endpoint], {
          dnsLookup: (address, callback) => callback(null, address),
          redisOptions: options,
        })
      : new Redis({ ...profile.endpoint, ...options });
  naive.on('error', () => undefined);
  return naive;
}

/** An answer that does not come is one as well, to who waits for it. */
export async function failureOf(naive: Cluster | Redis): Promise<Error | undefined> {
  const written = naive.set('naive', 'value').then(
    () => undefined,
    (error: Error) => error,
  );
  return Promise.race([written, sleep(1_000).then(() => new Error('no answer'))]);
}
