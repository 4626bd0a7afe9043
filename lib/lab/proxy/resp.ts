/**
 * What both directions of RESP share: the error of a malformed stream, the bytes of types, and small encoders.
 *
 * Replies are kept as the bytes the server sent wherever possible (reply-scanner.ts finds where one ends); they are
 * decoded (resp-value.ts) only where replies of several shards have to become one.
 */

/** The stream cannot be understood any more: the connection it came from has to be closed after saying so. */
export class RespProtocolError extends Error {
  constructor(reason: string) {
    super(`Protocol error: ${reason}`);
    this.name = 'RespProtocolError';
  }
}

/** RESP 2 or RESP 3, as `HELLO` chooses it. */
export type RespVersion = 2 | 3;

export const CARRIAGE_RETURN = 13;
export const LINE_FEED = 10;

const CRLF = Buffer.from('\r\n');

/** First bytes of RESP types, by name. */
export const TYPE = {
  simple: 0x2b,
  error: 0x2d,
  integer: 0x3a,
  bulk: 0x24,
  array: 0x2a,
  null: 0x5f,
  boolean: 0x23,
  double: 0x2c,
  bigNumber: 0x28,
  blobError: 0x21,
  verbatim: 0x3d,
  map: 0x25,
  set: 0x7e,
  push: 0x3e,
  attribute: 0x7c,
} as const;

export const OK = Buffer.from('+OK\r\n');
export const QUEUED = Buffer.from('+QUEUED\r\n');
export const EMPTY_ARRAY = Buffer.from('*0\r\n');

/** `-text`; line breaks in it would end the reply early, so they become spaces. */
export function encodeError(text: string): Buffer {
  return Buffer.from(`-${text.replace(/[\r\n]+/g, ' ')}\r\n`);
}

export function encodeSimple(text: string): Buffer {
  return Buffer.from(`+${text}\r\n`);
}

export function encodeInteger(value: number | bigint): Buffer {
  return Buffer.from(`:${value}\r\n`);
}

/** The number in `:number`. */
export function integerOf(bytes: Buffer): number {
  return Number(bytes.toString('latin1', 1, bytes.length - 2));
}

export function encodeBulk(value: string | Buffer): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, CRLF]);
}

export function encodeArray(items: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from(`*${items.length}\r\n`), ...items]);
}

/** A map under RESP 3, the flat array it is under RESP 2. */
export function encodeMap(entries: readonly (readonly [Buffer, Buffer])[], version: RespVersion): Buffer {
  const header = version === 3 ? `%${entries.length}\r\n` : `*${entries.length * 2}\r\n`;
  return Buffer.concat([Buffer.from(header), ...entries.flat()]);
}

/** Text the way INFO answers it: verbatim under RESP 3, a bulk string under RESP 2. */
export function encodeText(text: string, version: RespVersion): Buffer {
  if (version === 2) return encodeBulk(text);
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(`=${bytes.length + 4}\r\ntxt:`), bytes, CRLF]);
}

/** "No value" of a command that answers a bulk string. */
export function encodeNull(version: RespVersion): Buffer {
  return Buffer.from(version === 3 ? '_\r\n' : '$-1\r\n');
}

/** "No value" of a command that answers an array: an EXEC that a WATCH has called off. */
export function encodeNullArray(version: RespVersion): Buffer {
  return Buffer.from(version === 3 ? '_\r\n' : '*-1\r\n');
}

/** A command as a client sends it: an array of bulk strings. */
export function encodeCommand(words: readonly (string | Buffer)[]): Buffer {
  return encodeArray(words.map(encodeBulk));
}
