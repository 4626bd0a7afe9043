import { type ConnectionOptions, connect } from 'node:tls';

const ACCEPTED = '+OK';

export interface OneLogin {
  /** Host, port and how the certificate is verified. */
  readonly connection: ConnectionOptions;
  /** Absent: a key or a token, without a user. */
  readonly userName?: string;
  readonly password: string;
}

/**
 * One login over TLS and nothing after it: whoever it is for may be allowed no command at all. Nothing but Node is needed for it.
 * Resolves with `accepted`, or with what the server said; rejects with why it could not be asked, the password in neither.
 */
export async function loginOnce({ connection, userName, password }: OneLogin): Promise<'accepted' | { said: string }> {
  const words = userName === undefined ? ['AUTH', password] : ['AUTH', userName, password];
  const said = await firstLine(connection, encoded(words));
  return said === ACCEPTED ? 'accepted' : { said: said.replaceAll(password, '(password)').slice(0, 100) };
}

const TIMEOUT_MS = 10_000;

function firstLine(connection: ConnectionOptions, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(connection);
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    const failed = (reason: string) => end(() => reject(new Error(reason)));
    socket.setTimeout(TIMEOUT_MS, () => failed(`no answer in ${TIMEOUT_MS / 1_000} s`));
    socket.once('error', (error) => failed(error.message));
    socket.once('close', () => failed('the connection was closed'));
    socket.once('secureConnect', () => socket.write(request));
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const length = received.indexOf('\r\n');
      if (length >= 0) end(() => resolve(received.slice(0, length)));
    });
  });
}

function encoded(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
