/**
 * One way to ask Azure Resource Manager: plain HTTP with a bearer token, every fault a sentence, no token in any of them.
 * What was throttled is asked again after the time that the service names; a read also when it got no answer.
 */
import { ProblemError } from '../../base/problem.ts';
import { sleep } from '../../base/wait-until.ts';
import { armErrorText, type FaultContext, isPassing, networkFault, statusFault } from './faults.ts';
import { retryAfterMs } from './retry-after.ts';
import type { TokenSource } from './token.ts';

export interface ArmOptions {
  /** Default: Azure's public cloud. Others: https://management.usgovcloudapi.net, https://management.chinacloudapi.cn. */
  readonly endpoint: string;
  readonly token: TokenSource;
  readonly subject: string;
  /** Before a second and third attempt where the service names no time. Default 1,000. */
  readonly retryEveryMs?: number;
  /** Of one request. Default 30,000. */
  readonly requestTimeoutMs?: number;
}

export type Method = 'GET' | 'PUT' | 'PATCH' | 'POST';

export interface ArmRequest {
  readonly method: Method;
  /** A resource id with what follows it, or a whole address of the same ARM (of an operation, of a next page). */
  readonly path: string;
  /** Not for whole addresses, which bring theirs. */
  readonly apiVersion?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** For sentences: `PUT databases/default`. */
  readonly action: string;
  readonly signal?: AbortSignal;
}

export interface ArmAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where the body is empty. */
  readonly body: unknown;
}

export interface Arm {
  readonly subject: string;
  /** @throws ProblemError (faults.ts), or the signal's reason */
  send(request: ArmRequest): Promise<ArmAnswer>;
}

const ATTEMPTS = 3;
const LONGEST_RETRY_MS = 30_000;

export function armOf({ endpoint, token, subject, retryEveryMs = 1_000, requestTimeoutMs = 30_000 }: ArmOptions): Arm {
  async function once(request: ArmRequest, context: FaultContext): Promise<ArmAnswer | Throttled> {
    const url = addressOf(request, endpoint);
    const secret = await token();
    const timer = AbortSignal.timeout(requestTimeoutMs);
    const signal = request.signal === undefined ? timer : AbortSignal.any([request.signal, timer]);
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const body = request.body === undefined ? null : JSON.stringify(request.body);
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, { method: request.method, headers, body, signal, redirect: 'error' });
      text = await response.text();
    } catch (error) {
      throw networkFault(error, context, request.signal);
    }
    if (response.ok) return { status: response.status, headers: response.headers, body: parsed(text, context) };
    // A body that repeats the request's headers must not carry the token any further.
    const said = armErrorText(text).replaceAll(secret, '(token)');
    const fault = statusFault(response.status, said, context);
    if (response.status === 429) return { fault, afterMs: retryAfterMs(response.headers) };
    throw fault;
  }

  return {
    subject,
    send: async (request) => {
      const context = { subject, action: request.action };
      for (let attempt = 1; ; attempt += 1) {
        request.signal?.throwIfAborted();
        let afterMs = retryEveryMs * attempt;
        try {
          const answer = await once(request, context);
          if (!('fault' in answer)) return answer;
          if (attempt >= ATTEMPTS) throw answer.fault;
          afterMs = Math.min(answer.afterMs ?? afterMs, LONGEST_RETRY_MS);
        } catch (error) {
          // A change that got no answer may have been heard: who asked for it looks before it is asked again.
          if (request.method !== 'GET' || attempt >= ATTEMPTS || !isPassing(error)) throw error;
        }
        await sleep(afterMs, request.signal);
      }
    },
  };
}

interface Throttled {
  readonly fault: Error;
  readonly afterMs: number | undefined;
}

/** The token goes to the ARM that it is for, and to its regional names, and nowhere else. */
function addressOf({ path, apiVersion, query = {} }: ArmRequest, endpoint: string): URL {
  const home = new URL(endpoint);
  const url = new URL(path, home);
  const isHome =
    url.origin === home.origin || (url.protocol === 'https:' && url.hostname.endsWith(`.${home.hostname}`));
  if (!isHome) {
    const message = `An answer points to ${url.origin}, which is not Azure Resource Manager at ${home.origin}, so it gets no token and is not asked.`;
    throw new ProblemError({ code: 'AZURE_ADDRESS_FOREIGN', message });
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  if (apiVersion !== undefined) url.searchParams.set('api-version', apiVersion);
  return url;
}

/** A field without a value is null in some answers and missing in others: here it is always missing. */
function parsed(text: string, { subject, action }: FaultContext): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text, (_name, value) => value ?? undefined);
  } catch {
    // The parser's message would quote the body, and the answer to listKeys is made of secrets.
    const message = `${action} for the ${subject} was answered with something other than JSON. Look whether a proxy stands between here and Azure Resource Manager.`;
    throw new ProblemError({ code: 'AZURE_ANSWER_UNREADABLE', message });
  }
}
