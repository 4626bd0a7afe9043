/**
 * Stands where Azure gives a container the tokens of its identity (IDENTITY_ENDPOINT, as in Container Apps) and where it stores
 * blobs. Whoever comes without the header or with another token is refused.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

const HEADER = 'theHeaderOfThisContainer';

export interface CloudStandIn {
  readonly environment: Readonly<Record<string, string>>;
  readonly containerUrl: string;
  /** Names of the blobs that were stored, with their content. */
  readonly blobs: Readonly<Record<string, string>>;
  /** `resource client-id` of every token that was given. */
  readonly tokens: readonly string[];
}

export interface CloudStandInOptions {
  readonly refuseBlobs?: boolean;
  /** Tokens of services that know their own, by resource. */
  readonly known?: Readonly<Record<string, string>>;
}

export async function startCloudStandIn({
  refuseBlobs = false,
  known = {},
}: CloudStandInOptions = {}): Promise<CloudStandIn> {
  const blobs: Record<string, string> = {};
  const tokens: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (url.pathname === '/token') {
        if (request.headers['x-identity-header'] !== HEADER) return void response.writeHead(401).end();
        const resource = url.searchParams.get('resource') ?? '';
        tokens.push(`${resource} ${url.searchParams.get('client_id')}`);
        const expires = Math.floor(Date.now() / 1_000) + 3_600;
        const secret = known[resource] ?? `tokenFor:${resource}`;
        const token = { access_token: secret, expires_on: expires, resource, token_type: 'Bearer' };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(token));
        return;
      }
      const allowed = request.headers.authorization === 'Bearer tokenFor:https://storage.azure.com';
      const isBlob = request.method === 'PUT' && request.headers['x-ms-blob-type'] === 'BlockBlob';
      if (refuseBlobs || !allowed || !isBlob) {
        return void response.writeHead(403, { 'x-ms-error-code': 'AuthorizationPermissionMismatch' }).end();
      }
      blobs[decodeURI(url.pathname).replace('/rehearsals/', '')] = Buffer.concat(chunks).toString('utf8');
      response.writeHead(201).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    environment: { IDENTITY_ENDPOINT: `${base}/token`, IDENTITY_HEADER: HEADER, AZURE_CLIENT_ID: 'runner' },
    containerUrl: `${base}/rehearsals`,
    blobs,
    tokens,
  };
}
