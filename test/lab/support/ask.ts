/** One verified TLS connection, some commands, their replies: what a client sees, without a client library. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import type { Lab } from '../../../lib/lab/lab.ts';
import { encodeCommand, type Reply, ReplyReader } from '../../../lib/lab/reply.ts';

export interface Door {
  readonly host: string;
  readonly port: number;
  readonly serverName: string;
  readonly ca: string;
}

export function doorOf(lab: Lab, address: { readonly host: string; readonly port: number }): Door {
  const { host, port } = address;
  return {
    host,
    port,
    serverName: lab.profile.tls.serverName,
    ca: readFileSync(lab.profile.tls.caFile as string, 'utf8'),
  };
}

/** AUTH as the application does it. */
export function credentialsOf({ profile }: Lab): string[] {
  const { secret, userName } = profile.authentication;
  if (secret.kind !== 'file') throw new Error('A lab keeps its secret in a file.');
  const password = readFileSync(secret.path, 'utf8').trim();
  return userName === undefined ? ['AUTH', password] : ['AUTH', userName, password];
}

export function ask(door: Door, commands: readonly (readonly string[])[], timeoutMs = 3_000): Promise<Reply[]> {
  return new Promise((resolve, reject) => {
    const { host, port, serverName, ca } = door;
    const socket = connect({ host, port, servername: serverName, ca });
    const reader = new ReplyReader();
    const replies: Reply[] = [];
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(timeoutMs, () => fail(new Error(`no answer within ${timeoutMs} ms`)));
    socket.once('error', fail);
    socket.once('close', () => reject(new Error('the connection was closed')));
    socket.once('secureConnect', () => socket.write(Buffer.concat(commands.map(encodeCommand))));
    socket.on('data', (chunk) => {
      replies.push(...reader.read(chunk));
      if (replies.length < commands.length) return;
      resolve(replies);
      socket.destroy();
    });
  });
}

/** The reply to one command of the application's user; an error reply is thrown. */
export async function askAsApplication(
  lab: Lab,
  address: { readonly host: string; readonly port: number },
  ...words: string[]
): Promise<Reply> {
  const [authenticated, reply] = await ask(doorOf(lab, address), [credentialsOf(lab), words]);
  if (authenticated instanceof Error) throw authenticated;
  if (reply instanceof Error) throw reply;
  return reply as Reply;
}

/** The server's words of refusal. */
export async function refusalOf(
  lab: Lab,
  address: { readonly host: string; readonly port: number },
  ...words: string[]
): Promise<string> {
  return askAsApplication(lab, address, ...words).then(
    (reply) => `not refused: ${JSON.stringify(reply)}`,
    (error: Error) => error.message,
  );
}
