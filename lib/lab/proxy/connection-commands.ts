/** Commands that concern the client's own connection: the proxy answers them itself. */
import type { ClientCommand } from './command-parser.ts';
import { keysOf, lookUp } from './command-table.ts';
import type { Handler } from './dispatch.ts';
import {
  answerConfig,
  DATABASE_OUT_OF_RANGE,
  NOT_ALLOWED,
  SYNTAX_ERROR,
  unknownSubcommand,
  WRONG_PASSWORD,
} from './refusals.ts';
import {
  EMPTY_ARRAY,
  encodeArray,
  encodeBulk,
  encodeError,
  encodeInteger,
  encodeMap,
  encodeNull,
  encodeSimple,
  encodeText,
  OK,
  type RespVersion,
} from './resp.ts';
import type { Session } from './session.ts';

export const BEFORE_AUTHENTICATION = new Set(['AUTH', 'HELLO', 'QUIT', 'RESET']);

export const CONNECTION_COMMANDS: Readonly<Record<string, Handler>> = {
  AUTH: authenticate,
  HELLO: hello,
  QUIT: (session) => {
    session.reply(OK);
    session.end();
    return undefined;
  },
  RESET: (session) => {
    session.subscriptions.clear();
    session.watched?.connection.destroy();
    session.watched = undefined;
    session.transaction = undefined;
    session.version = 2;
    session.name = '';
    session.isAuthenticated = false;
    return encodeSimple('RESET');
  },
  PING: (session, { words }) => {
    if (session.version === 2 && session.subscriptions.isActive) {
      return encodeArray([encodeBulk('pong'), encodeBulk(words[1] ?? '')]);
    }
    if (words.length > 2) return encodeError("ERR wrong number of arguments for 'ping' command");
    return words[1] === undefined ? encodeSimple('PONG') : encodeBulk(words[1]);
  },
  ECHO: (_, { words }) => encodeBulk(words[1] as Buffer),
  SELECT: (_, { words }) => selectDatabase(words),
  CONFIG: (session, command) => answerConfig(command, session.version),
  CLIENT: clientCommand,
  ROLE: () => encodeArray([encodeBulk('master'), encodeInteger(0), EMPTY_ARRAY]),
  COMMAND: describeCommands,
  ACL: (session, command) =>
    wordAt(command, 1) === 'WHOAMI' ? encodeBulk(session.service.config.application.userName) : NOT_ALLOWED,
};

function selectDatabase(words: readonly Buffer[]): Buffer {
  const index = words[1]?.toString('latin1') ?? '';
  if (!/^-?\d+$/.test(index)) return encodeError('ERR value is not an integer or out of range');
  return Number(index) === 0 ? OK : DATABASE_OUT_OF_RANGE;
}

function wordAt({ words }: ClientCommand, index: number): string {
  return words[index]?.toString('latin1').toUpperCase() ?? '';
}

function authenticate(session: Session, { words }: ClientCommand): Buffer {
  if (words.length < 2 || words.length > 3) return SYNTAX_ERROR;
  const [userName, password] = words.length === 3 ? [words[1], words[2]] : ['default', words[1]];
  if (!session.service.isApplication(String(userName), String(password))) return WRONG_PASSWORD;
  session.isAuthenticated = true;
  return OK;
}

function hello(session: Session, { words }: ClientCommand): Buffer {
  const options = readHello(words, session.version);
  if (Buffer.isBuffer(options)) return options;
  const { version, credentials, name } = options;
  if (credentials !== undefined && !session.service.isApplication(...credentials)) return WRONG_PASSWORD;
  if (credentials === undefined && !session.isAuthenticated) {
    return encodeError(
      'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time',
    );
  }
  session.isAuthenticated = true;
  session.version = version;
  if (name !== undefined) session.name = name;
  const fields: [string, Buffer][] = [
    ['server', encodeBulk('redis')],
    ['version', encodeBulk(session.service.serverVersion)],
    ['proto', encodeInteger(version)],
    ['id', encodeInteger(session.id)],
    ['mode', encodeBulk('standalone')],
    ['role', encodeBulk('master')],
    ['modules', EMPTY_ARRAY],
  ];
  return encodeMap(
    fields.map(([field, value]) => [encodeBulk(field), value] as const),
    version,
  );
}

interface HelloOptions {
  readonly version: RespVersion;
  readonly credentials?: [userName: string, password: string];
  readonly name?: string;
}

function readHello(words: readonly Buffer[], current: RespVersion): HelloOptions | Buffer {
  if (words.length === 1) return { version: current };
  const wanted = words[1]?.toString('latin1') ?? '';
  if (!/^\d+$/.test(wanted)) return encodeError('ERR Protocol version is not an integer or out of range');
  if (wanted !== '2' && wanted !== '3') return encodeError('NOPROTO unsupported protocol version');
  let options: HelloOptions = { version: wanted === '3' ? 3 : 2 };
  for (let index = 2; index < words.length; ) {
    const option = words[index]?.toString('latin1').toUpperCase();
    const [first, second] = [words[index + 1], words[index + 2]];
    if (option === 'AUTH' && first !== undefined && second !== undefined) {
      options = { ...options, credentials: [first.toString(), second.toString()] };
      index += 3;
    } else if (option === 'SETNAME' && first !== undefined) {
      options = { ...options, name: first.toString() };
      index += 2;
    } else {
      return encodeError(`ERR Syntax error in HELLO option '${words[index]}'`);
    }
  }
  return options;
}

function clientCommand(session: Session, command: ClientCommand): Buffer {
  switch (wordAt(command, 1)) {
    case 'ID':
      return encodeInteger(session.id);
    case 'GETNAME':
      return session.name === '' ? encodeNull(session.version) : encodeBulk(session.name);
    case 'SETNAME':
      return setName(session, command.words[2]?.toString() ?? '');
    case 'INFO':
      return encodeText(clientLine(session), session.version);
    case 'LIST':
      return encodeText([...session.service.sessions].map(clientLine).join(''), session.version);
    // Hints about the library and about eviction change nothing that a client could see.
    case 'SETINFO':
    case 'NO-EVICT':
    case 'NO-TOUCH':
      return OK;
    case 'REPLY':
      return wordAt(command, 2) === 'ON' ? OK : NOT_ALLOWED;
    case 'HELP':
      return encodeArray(
        ['CLIENT GETNAME', 'CLIENT ID', 'CLIENT INFO', 'CLIENT LIST', 'CLIENT SETNAME'].map(encodeBulk),
      );
    // Client-side caching and power over other clients: not emulated (docs/limits.md).
    case 'TRACKING':
    case 'TRACKINGINFO':
    case 'CACHING':
    case 'GETREDIR':
    case 'KILL':
    case 'PAUSE':
    case 'UNPAUSE':
    case 'UNBLOCK':
      return NOT_ALLOWED;
    default:
      return unknownSubcommand(command);
  }
}

function setName(session: Session, name: string): Buffer {
  if (!/^[!-~]*$/.test(name)) {
    return encodeError('ERR Client names cannot contain spaces, newlines or special characters.');
  }
  session.name = name;
  return OK;
}

function clientLine(session: Session): string {
  const ageSeconds = Math.floor((performance.now() - session.connectedAtMs) / 1_000);
  const user = session.isAuthenticated ? session.service.config.application.userName : '(superuser)';
  return `id=${session.id} addr=${session.remoteAddress} name=${session.name} age=${ageSeconds} db=0 user=${user} resp=${session.version}\n`;
}

function describeCommands(session: Session, command: ClientCommand): Buffer | undefined {
  const { commands } = session.service;
  const named = command.words.slice(2).map(String);
  switch (wordAt(command, 1)) {
    case 'COUNT':
      return encodeInteger(commands.size);
    case 'LIST':
      return encodeArray([...commands.keys()].map((name) => encodeBulk(name.toLowerCase())));
    case 'GETKEYS':
      return keysOfDescribed(session, {
        ...command,
        name: named[0]?.toUpperCase() ?? '',
        words: command.words.slice(2),
      });
    default:
      session.forward({ bytes: command.bytes, slot: 0, repeatable: true });
      return undefined;
  }
}

function keysOfDescribed(session: Session, described: ClientCommand): Buffer {
  const info = lookUp(session.service.commands, described);
  if (info === undefined) return encodeError('ERR Invalid command specified');
  const keys = keysOf(info, described);
  return keys.length === 0 ? encodeError('ERR The command has no key arguments') : encodeArray(keys.map(encodeBulk));
}
