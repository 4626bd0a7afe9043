/**
 * Stands in for Secrets Manager: its JSON protocol over HTTP, signatures checked, and secrets that have versions and labels. Point a real
 * SDK at it with `environment`; each test begins with the secrets that it stores.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiFault, internalFailure } from '../../control/elasticache/stand-in/fault.ts';
import { checkSignature, STAND_IN_ENVIRONMENT } from '../../control/elasticache/stand-in/signature.ts';
import { ACTIONS, type Secrets } from './actions.ts';
import { StoredSecret } from './secret.ts';

export interface SecretsManagerStandIn {
  /** Of the program under test. */
  readonly environment: Readonly<Record<string, string>>;
  /** Actions that were asked for, each with the id of its secret, the refused ones too. */
  readonly asked: readonly { readonly action: string; readonly secretId: string | undefined }[];
  /** A new secret in the place of whatever had the id. */
  store(id: string, text: string): StoredSecret;
  /** The next requests for this action meet the fault, once each for as many as are given. */
  failNext(action: string, ...faults: readonly ApiFault[]): void;
  close(): Promise<void>;
}

export const accessDenied = (action: string) =>
  new ApiFault(
    'AccessDeniedException',
    400,
    `User: arn:aws:sts::111122223333:assumed-role/test is not authorized to perform: secretsmanager:${action}`,
  );

export async function startSecretsManager(): Promise<SecretsManagerStandIn> {
  const secrets: Secrets = new Map();
  const asked: { action: string; secretId: string | undefined }[] = [];
  const failing = new Map<string, ApiFault[]>();

  const answer = (request: IncomingMessage, body: string): object => {
    const { method = '', url: path = '', headers } = request;
    checkSignature({ method, path, headers, body }, 'secretsmanager');
    const action = String(headers['x-amz-target']).replace(/^secretsmanager\./, '');
    const parameters = JSON.parse(body);
    asked.push({ action, secretId: parameters.SecretId });
    const fault = failing.get(action)?.shift();
    if (fault !== undefined) throw fault;
    const known = ACTIONS[action];
    if (known === undefined) throw new ApiFault('UnknownOperationException', 400, `There is no ${action} here.`);
    return known(secrets, parameters);
  };
  const server: Server = createServer(async (request, response) => {
    const send = (status: number, content: object) =>
      void response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(content));
    try {
      send(200, answer(request, await bodyOf(request)));
    } catch (error) {
      const { code, status, message } = error instanceof ApiFault ? error : internalFailure(String(error));
      send(status, { __type: code, message });
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    environment: { ...STAND_IN_ENVIRONMENT, AWS_ENDPOINT_URL_SECRETS_MANAGER: url },
    asked,
    store: (id, text) => {
      const secret = new StoredSecret(text);
      secrets.set(id, secret);
      return secret;
    },
    failNext: (action, ...faults) => void failing.set(action, [...faults]),
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
