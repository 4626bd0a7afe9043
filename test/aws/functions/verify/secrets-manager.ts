/** Stands in for Secrets Manager: its JSON protocol over HTTP, spoken by the real SDK, which is pointed at it by its own setting. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SecretsManagerStandIn {
  readonly url: string;
  /** Ids that were asked for. */
  readonly asked: readonly string[];
  /** What the next answers are; the last one stays. */
  answerWith(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

export type Answer = { readonly secretString: string } | { readonly error: string; readonly message: string };

export async function startSecretsManager(): Promise<SecretsManagerStandIn> {
  const asked: string[] = [];
  let answers: readonly Answer[] = [{ error: 'ResourceNotFoundException', message: 'There is no such secret.' }];
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      asked.push(JSON.parse(Buffer.concat(parts).toString()).SecretId);
      const [answer = answers[0] as Answer, ...later] = answers;
      if (later.length > 0) answers = later;
      const isValue = 'secretString' in answer;
      response.writeHead(isValue ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(
        JSON.stringify(
          isValue
            ? { ARN: 'arn', Name: 'name', SecretString: answer.secretString }
            : { __type: answer.error, message: answer.message },
        ),
      );
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answerWith: (...next) => {
      answers = next;
    },
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}
