/**
 * Stands in for one Azure Key Vault: versions of secrets over its REST API, a challenge for whoever comes without a token, and
 * (under /token, as in a container of Azure) the identity that the tokens come from.
 * https://learn.microsoft.com/rest/api/keyvault/secrets/ and https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

const HEADER = 'theHeaderOfThisContainer';
const TOKEN = 'tokenFor:https://vault.azure.net';

export interface Version {
  readonly value: string;
  readonly contentType?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Seconds of the epoch. */
  readonly created: number;
}

/** `bare`: the value by itself, as something between may give it. */
export type Refusal =
  | { readonly status: number; readonly code: string; readonly inner?: string }
  | 'silent'
  | 'lost'
  | 'bare';

export interface KeyVaultStandIn {
  readonly vaultUrl: string;
  /** For a process in this container. */
  readonly environment: Readonly<Record<string, string>>;
  readonly token: () => Promise<string>;
  /** Oldest first, by the name of the secret. */
  readonly versions: Readonly<Record<string, Version[]>>;
  /** `GET sessions-key`, in order. */
  readonly requests: readonly string[];
  /** The next request of this method meets it, once for each call. `silent`: no answer; `lost`: it is done, and the answer never comes. */
  refuseNext(method: 'GET' | 'PUT', refusal: Refusal): void;
  /** As if the newest version had been made so long ago. */
  age(secretName: string, hours: number): void;
}

export async function startKeyVault(secrets: Readonly<Record<string, string>> = {}): Promise<KeyVaultStandIn> {
  const now = () => Math.floor(Date.now() / 1_000);
  const versions: Record<string, Version[]> = Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => [name, [{ value, created: now() }]]),
  );
  const requests: string[] = [];
  const refusals: { method: string; refusal: Refusal }[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = (status: number, body: object, headers: Record<string, string> = {}) =>
        void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
      const refuse = (status: number, code: string, inner?: string) =>
        answer(status, {
          error: {
            code,
            message: `Refused by the vault.\r\nCaller: appid=runner`,
            ...(inner === undefined ? {} : { innererror: { code: inner } }),
          },
        });
      if (url.pathname === '/token') {
        if (request.headers['x-identity-header'] !== HEADER) return void response.writeHead(401).end();
        const resource = url.searchParams.get('resource') ?? '';
        return answer(200, {
          access_token: `tokenFor:${resource}`,
          expires_on: now() + 3_600,
          resource,
          token_type: 'Bearer',
        });
      }
      const { authorization } = request.headers;
      if (authorization !== `Bearer ${TOKEN}`) {
        const challenge =
          'Bearer authorization="https://login.microsoftonline.com/tenant", resource="https://vault.azure.net"';
        const message =
          authorization === undefined
            ? 'AKV10000: Request is missing a Bearer or PoP token.'
            : 'AKV10022: Invalid audience.';
        return answer(401, { error: { code: 'Unauthorized', message } }, { 'www-authenticate': challenge });
      }
      const name = /^\/secrets\/([0-9A-Za-z-]{1,127})$/.exec(url.pathname)?.[1] ?? '';
      if (name === '' || url.searchParams.get('api-version') !== '7.4') return refuse(400, 'BadParameter');
      requests.push(`${request.method} ${name}`);
      const index = refusals.findIndex(({ method }) => method === request.method);
      const refusal = index < 0 ? undefined : refusals.splice(index, 1)[0]?.refusal;
      if (refusal === 'silent') return void request.socket.destroy();
      if (typeof refusal === 'object') return refuse(refusal.status, refusal.code, refusal.inner);
      if (request.method === 'PUT') {
        const { value, contentType, tags } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Version;
        versions[name] = [
          ...(versions[name] ?? []),
          { value, created: now(), ...(contentType && { contentType }), ...(tags && { tags }) },
        ];
      }
      if (refusal === 'lost') return void request.socket.destroy();
      const newest = versions[name]?.at(-1);
      if (newest === undefined) return refuse(404, 'SecretNotFound');
      const { value, contentType, tags, created } = newest;
      if (refusal === 'bare') return void response.writeHead(200).end(value);
      answer(200, { value, contentType, tags, attributes: { enabled: true, created, updated: created } });
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const vaultUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    vaultUrl,
    environment: { IDENTITY_ENDPOINT: `${vaultUrl}/token`, IDENTITY_HEADER: HEADER, AZURE_CLIENT_ID: 'runner' },
    token: async () => TOKEN,
    versions,
    requests,
    refuseNext: (method, refusal) => void refusals.push({ method, refusal }),
    age: (secretName, hours) => {
      const [newest] = versions[secretName]?.splice(-1) ?? [];
      if (newest !== undefined) versions[secretName]?.push({ ...newest, created: newest.created - hours * 3_600 });
    },
  };
}
