/** The part of RESP2 that a verifier needs: commands out, replies in, errors as values. */

export class ReplyError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** Simple strings and bulk strings are both strings; null is a nil of either kind. */
export type Reply = string | number | null | ReplyError | readonly Reply[];

/** What came is not RESP: the message says which byte stood where a reply should begin. */
export class NotRespError extends Error {}

/** Replies nested deeper than this are refused rather than followed. */
const MAXIMUM_DEPTH = 32;

/** More than the views of a cluster of a thousand nodes; an unfinished reply that is longer is not waited for. */
const MAXIMUM_PENDING_BYTES = 16 * 1024 * 1024;

export function encodeCommands(commands: readonly (readonly string[])[]): string {
  return commands.map(encodeCommand).join('');
}

function encodeCommand(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/** Cuts a stream of bytes into replies. */
export class ReplyReader {
  #pending: Buffer = Buffer.alloc(0);

  /**
   * Takes the next bytes and returns the replies that are now complete.
   * @throws NotRespError
   */
  push(chunk: Buffer): Reply[] {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const replies: Reply[] = [];
    let offset = 0;
    for (;;) {
      const read = readReply(bytes, offset, 0);
      if (read === undefined) break;
      replies.push(read.reply);
      offset = read.next;
    }
    this.#pending = bytes.subarray(offset);
    if (this.#pending.length > MAXIMUM_PENDING_BYTES) {
      throw new NotRespError(`A reply had not ended after ${MAXIMUM_PENDING_BYTES} bytes`);
    }
    return replies;
  }
}

/** A reply and where the next one begins; undefined while bytes are missing. */
type Read = { readonly reply: Reply; readonly next: number } | undefined;

function readReply(bytes: Buffer, offset: number, depth: number): Read {
  const end = bytes.indexOf('\r\n', offset);
  if (offset < bytes.length) refuseForeignType(bytes, offset);
  if (end === -1) return undefined;
  const line = bytes.toString('utf8', offset + 1, end);
  const next = end + 2;
  switch (String.fromCharCode(bytes[offset] as number)) {
    case '+':
      return { reply: line, next };
    case '-':
      return { reply: new ReplyError(line), next };
    case ':':
      return { reply: wholeNumber(line), next };
    case '$':
      return readBulk(bytes, wholeNumber(line), next);
    default:
      return readArray(bytes, wholeNumber(line), next, depth);
  }
}

function readBulk(bytes: Buffer, length: number, offset: number): Read {
  if (length < 0) return { reply: null, next: offset };
  if (bytes.length < offset + length + 2) return undefined;
  return { reply: bytes.toString('utf8', offset, offset + length), next: offset + length + 2 };
}

function readArray(bytes: Buffer, length: number, offset: number, depth: number): Read {
  if (length < 0) return { reply: null, next: offset };
  if (depth >= MAXIMUM_DEPTH) throw new NotRespError(`A reply is nested deeper than ${MAXIMUM_DEPTH} lists.`);
  const items: Reply[] = [];
  let next = offset;
  for (let index = 0; index < length; index += 1) {
    const item = readReply(bytes, next, depth + 1);
    if (item === undefined) return undefined;
    items.push(item.reply);
    next = item.next;
  }
  return { reply: items, next };
}

function refuseForeignType(bytes: Buffer, offset: number): void {
  if (!'+-:$*'.includes(String.fromCharCode(bytes[offset] as number))) {
    throw new NotRespError(
      `A reply should begin with + - : $ or *, but these bytes came: ${printable(bytes.subarray(offset))}`,
    );
  }
}

function wholeNumber(text: string): number {
  if (!/^[+-]?\d{1,19}$/.test(text))
    throw new NotRespError(`A number was expected in a reply, but "${printable(Buffer.from(text))}" came.`);
  return Number(text);
}

/** The first bytes for a message: readable characters as they are, the others in hexadecimal. */
export function printable(bytes: Buffer): string {
  const start = bytes.subarray(0, 40);
  return /^[\x20-\x7e\r\n]*$/.test(start.toString('latin1'))
    ? JSON.stringify(start.toString('latin1')).slice(1, -1)
    : `0x${start.toString('hex')}`;
}
