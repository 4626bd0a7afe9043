/** This project's client, as an application uses it: `connect(profile)` and nothing else. */
import { connect } from '../../client/connect.ts';
import { DEFAULT_SETTINGS } from '../../client/options.ts';
import { versionOf } from './library-version.ts';
import type { LoadClientKind } from './load-client.ts';

export const redoubtKind: LoadClientKind = {
  name: 'redoubt',
  create: async (profile) => {
    const client = await connect(profile, { connectionName: 'redoubt-drill', log: 'silent' });
    return {
      description:
        `redoubt connect(profile), ${profile.clientMode} client on ioredis ${versionOf('ioredis')}; defaults ` +
        `(retryUnknown ${DEFAULT_SETTINGS.retryUnknown}, topology watched every ${DEFAULT_SETTINGS.watchEveryMs} ms)`,
      connect: async () => undefined,
      set: (key, value, expiryMs) => client.set(key, value, 'PX', expiryMs),
      incr: (key) => client.incr(key),
      destroy: () => client.disconnect(),
    };
  },
};
