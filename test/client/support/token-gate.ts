/**
 * A TLS door before one server of a lab, which takes short-lived tokens as IAM and Entra do: a login with a token that lives is
 * passed on with the lab's own password, any other is passed on as it is and refused by the server. Everything else goes
 * through unread. With `closesExpired` a connection ends when the token ends that it last logged in with, as on Azure.
 */
import { createServer, type Server, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { type ClientCommand, CommandParser, commandOf } from '../../../lib/lab/proxy/command-parser.ts';
import { replacing } from './replacing.ts';

export interface GateOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly server: { readonly host: string; readonly port: number };
  readonly tls: {
    readonly key: Buffer;
    readonly certificate: Buffer;
    readonly authority: Buffer;
    readonly name: string;
  };
  readonly password: string;
  /** When the token ends, in milliseconds of the epoch; undefined when it was never issued or is refused. */
  readonly endOf: (token: string) => number | undefined;
  readonly closesExpired: boolean;
  /** Asked for RESP3, the server says that it has no such protocol. */
  readonly speaksResp2Only: boolean;
  /** What the server says of addresses is said with others, of the same length, that lead to gates. */
  readonly announced?: { readonly host: string; readonly as: string };
}

export interface GateCounts {
  /** Connections made so far. */
  accepted: number;
  /** Connections that were ended because their token had. */
  expired: number;
  /** Logins on connections that were logged in already. */
  renewed: number;
  /** Logins with a token that is not taken. */
  refused: number;
}

export interface TokenGate {
  readonly counts: GateCounts;
  /** Ends every connection, in no orderly way. */
  readonly hangUp: () => void;
  readonly close: () => Promise<void>;
}

/** Rejects with EADDRINUSE when the address is taken. */
export async function openGate(options: GateOptions): Promise<TokenGate> {
  const counts: GateCounts = { accepted: 0, expired: 0, renewed: 0, refused: 0 };
  const open = new Set<TLSSocket>();
  const { key, certificate } = options.tls;
  const server = createServer({ key, cert: certificate, noDelay: true }, (client) => {
    counts.accepted += 1;
    open.add(client);
    client.on('close', () => open.delete(client));
    serve(client, options, counts);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.listen, resolve);
  });
  const hangUp = () => {
    for (const socket of open) socket.destroy();
  };
  return { counts, hangUp, close: () => closed(server, hangUp) };
}

function serve(client: TLSSocket, options: GateOptions, counts: GateCounts): void {
  const { server, tls } = options;
  const upstream = tlsConnect({ ...server, servername: tls.name, ca: tls.authority });
  upstream.setNoDelay(true);
  const end = () => {
    clearTimeout(timer);
    client.destroy();
    upstream.destroy();
  };
  for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  const parser = new CommandParser();
  parser.authenticated = true;
  let timer: NodeJS.Timeout | undefined;
  let loggedIn = false;
  const login = (endsAt: number | undefined) => {
    if (endsAt === undefined) {
      counts.refused += 1;
      return;
    }
    if (loggedIn) counts.renewed += 1;
    loggedIn = true;
    if (!options.closesExpired) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      counts.expired += 1;
      end();
    }, endsAt - Date.now());
  };
  client.on('data', (chunk: Buffer) => {
    parser.write(chunk);
    for (let command = parser.next(); command !== undefined; command = parser.next()) {
      upstream.write(translated(command, options, login));
    }
  });
  const { announced } = options;
  if (announced === undefined) upstream.pipe(client);
  else upstream.pipe(replacing(announced.host, announced.as)).pipe(client);
}

/** The bytes for the server. Of a login the user stays and the token becomes the password. */
function translated(
  { name, words, bytes }: ClientCommand,
  { endOf, password, speaksResp2Only }: GateOptions,
  login: (endsAt: number | undefined) => void,
): Buffer {
  if (name === 'HELLO' && speaksResp2Only) return commandOf('HELLO', '99').bytes;
  const place = placeOfToken(name, words);
  if (place === undefined) return bytes;
  const endsAt = endOf(words[place]?.toString() ?? '');
  const lives = endsAt !== undefined && endsAt > Date.now();
  login(lives ? endsAt : undefined);
  return lives ? commandOf(...words.map((word, index) => (index === place ? password : word))).bytes : bytes;
}

function placeOfToken(name: string, words: readonly Buffer[]): number | undefined {
  if (name === 'AUTH') return words.length - 1;
  const option = words.findIndex((word) => word.toString().toUpperCase() === 'AUTH');
  return name === 'HELLO' && option > 0 ? option + 2 : undefined;
}

function closed(server: Server, hangUp: () => void): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  hangUp();
  return done;
}
