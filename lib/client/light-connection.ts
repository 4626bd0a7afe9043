/** Small connections for asking: one login, no reconnect, nothing queued for later. */
import { Redis, type RedisOptions } from 'ioredis';
import type { Login } from './login.ts';

export interface ConnectionDefaults {
  readonly username?: string;
  readonly login: Login;
  readonly tls: NonNullable<RedisOptions['tls']>;
  readonly connectionName: string;
}

/** What every connection is made with; `login.follow` has to be called for it, so that it stays right. */
export function redisOptionsOf({
  login,
  ...rest
}: ConnectionDefaults): Omit<ConnectionDefaults, 'login'> & { password: string } {
  return { ...rest, password: login.password };
}

export interface LightConnection {
  readonly redis: Redis;
  /** The reason of the last failure below the protocol (refused, certificate, time-out), which commands do not tell. */
  lastError: () => Error | undefined;
}

/**
 * Opens nothing until the first question is asked.
 * @param more how it is made, where the endpoint's name may move: the racing connector
 */
export function lightConnection(
  defaults: ConnectionDefaults,
  host: string,
  port: number,
  connectTimeoutMs: number,
  more: Pick<RedisOptions, 'Connector'> = {},
): LightConnection {
  let lastError: Error | undefined;
  const redis = new Redis({
    ...redisOptionsOf(defaults),
    connectionName: `${defaults.connectionName}-watch`,
    host,
    port,
    connectTimeout: connectTimeoutMs,
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: null,
    enableReadyCheck: false,
    disableClientInfo: true,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    protocol: 2,
    ...more,
  });
  defaults.login.follow(redis);
  redis.on('error', (error: Error) => {
    lastError = error;
  });
  return { redis, lastError: () => lastError };
}
