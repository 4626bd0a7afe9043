/** One way to call the API, over the AWS SDK: loaded and opened at the first call, every fault a sentence. */
import type { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { faultOf } from './faults.ts';
import { type ElastiCacheSdk, loadSdk } from './sdk.ts';

export interface ElastiCacheApiOptions {
  readonly replicationGroupId: string;
  /** Default: AWS_REGION, or what the AWS configuration says. */
  readonly region?: string;
  /** Another address of the API: a VPC endpoint, or a stand-in. Default: the service's public one in the region. */
  readonly endpoint?: string;
}

export interface Clients {
  readonly sdk: ElastiCacheSdk;
  /** Repeats what was throttled or got no answer, a few times. */
  readonly reader: ElastiCacheClient;
  /** Tries once: whether a request without an answer was heard is not known. */
  readonly doer: ElastiCacheClient;
}

export interface Caller {
  /** `replication group "shop" in eu-west-1` */
  readonly subject: string;
  readonly replicationGroupId: string;
  /** @throws ProblemError (faults.ts), or the signal's reason */
  call<Answer>(
    action: string,
    signal: AbortSignal | undefined,
    request: (clients: Clients, bounds: { readonly abortSignal?: AbortSignal }) => Promise<Answer>,
  ): Promise<Answer>;
}

/** Attempts at one read, the first one included; the SDK waits longer and longer between them. */
const READ_ATTEMPTS = 4;
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 30_000 };

export function callerOf({ replicationGroupId, region, endpoint }: ElastiCacheApiOptions): Caller {
  const place = region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  const subject = `replication group "${replicationGroupId}"${place === undefined ? '' : ` in ${place}`}`;
  const settings = { ...(region === undefined ? {} : { region }), ...(endpoint === undefined ? {} : { endpoint }) };
  let opened: Promise<Clients> | undefined;
  const open = async (): Promise<Clients> => {
    const sdk = await loadSdk();
    return {
      sdk,
      reader: new sdk.ElastiCacheClient({ ...settings, maxAttempts: READ_ATTEMPTS, requestHandler: TIMEOUTS }),
      doer: new sdk.ElastiCacheClient({ ...settings, maxAttempts: 1, requestHandler: TIMEOUTS }),
    };
  };
  return {
    subject,
    replicationGroupId,
    call: async (action, signal, request) => {
      try {
        signal?.throwIfAborted();
        opened ??= open();
        return await request(await opened, signal === undefined ? {} : { abortSignal: signal });
      } catch (error) {
        throw faultOf(error, { subject, action }, signal);
      }
    },
  };
}
