/**
 * The few requests to Azure Resource Manager that Pulumi's provider has no resource and no function for. The token is the
 * provider's own, so whoever may deploy needs no other login.
 */
import { ProblemError } from '../../base/problem.ts';

/** Also for a sovereign cloud, whose addresses differ: https://management.usgovcloudapi.net, https://management.chinacloudapi.cn. */
export const MANAGEMENT_ENDPOINT = 'https://management.azure.com';

export interface ManagementApi {
  /** @throws ProblemError `AZURE_API_FAILED` with what the service answered */
  get(path: string, query?: Readonly<Record<string, string>>): Promise<unknown>;
  post(path: string): Promise<void>;
}

export interface ManagementApiOptions {
  readonly endpoint: string;
  readonly apiVersion: string;
  readonly token: () => Promise<string>;
  /** Of one request. Default: 30 seconds. */
  readonly timeoutMs?: number;
}

export function managementApi({
  endpoint,
  apiVersion,
  token,
  timeoutMs = 30_000,
}: ManagementApiOptions): ManagementApi {
  async function send(method: 'GET' | 'POST', path: string, query: Readonly<Record<string, string>> = {}) {
    const url = new URL(path, endpoint);
    url.search = new URLSearchParams({ ...query, 'api-version': apiVersion }).toString();
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = { authorization: `Bearer ${await token()}` };
    const response = await fetch(url, { method, headers, signal, redirect: 'error' });
    const text = await response.text();
    if (response.ok) return text === '' ? undefined : (JSON.parse(text) as unknown);
    throw failed(method, url, `${response.status}: ${errorIn(text)}`);
  }
  return {
    get: (path, query) => send('GET', path, query),
    post: async (path) => void (await send('POST', path)),
  };
}

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-manager-error-codes */
function errorIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: string; message?: string } };
    if (error?.code !== undefined) return `${error.code} ${error.message ?? ''}`.trim();
  } catch {
    // Whatever stands between here and the service answers in its own words.
  }
  return text.slice(0, 300);
}

function failed(method: string, url: URL, answer: string): ProblemError {
  const message = `${method} ${url.pathname} was answered ${answer}. Look whether the resource is there, and whether this login may do it.`;
  return new ProblemError({ code: 'AZURE_API_FAILED', message });
}
