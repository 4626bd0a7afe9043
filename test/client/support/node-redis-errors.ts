/** The error classes of @redis/client, the real ones; some of them are not exported by name. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
type ErrorClasses = Record<string, new (...parameters: never[]) => Error>;

const classes = require(join(dirname(require.resolve('@redis/client')), 'lib', 'errors.js')) as ErrorClasses;

export const errors = new Proxy(classes, {
  get(all, name: string) {
    const found = all[name];
    if (found === undefined) throw new Error(`@redis/client has no error class ${name} any more.`);
    return found;
  },
}) as unknown as Record<string, new (...parameters: unknown[]) => Error> &
  Readonly<Record<ErrorName, new (...parameters: unknown[]) => Error>>;

type ErrorName =
  | 'AbortError'
  | 'WatchError'
  | 'ConnectionTimeoutError'
  | 'SocketTimeoutError'
  | 'ClientClosedError'
  | 'ClientOfflineError'
  | 'DisconnectsClientError'
  | 'SocketClosedUnexpectedlyError'
  | 'RootNodesUnavailableError'
  | 'ReconnectStrategyError'
  | 'SimpleError'
  | 'TimeoutError'
  | 'SocketTimeoutDuringMaintenanceError'
  | 'CommandTimeoutDuringMaintenanceError'
  | 'MultiErrorReply'
  | 'MaxCommandRedirectionsError';
