/** RESP2 as far as an administrator's connection needs it. Error replies are values: some are expected answers. */
export type Reply = string | number | null | Error | Reply[];

export function encodeCommand(words: readonly string[]): Buffer {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return Buffer.from(`*${words.length}\r\n${parts.join('')}`);
}

/** Text of a reply that must be text. @throws Error with the server's own words when it is an error reply. */
export function textOf(reply: Reply | undefined): string {
  if (reply instanceof Error) throw reply;
  if (typeof reply === 'string') return reply;
  throw new Error(`expected text, got ${JSON.stringify(reply)}`);
}

/** Collects chunks and gives out whole replies. */
export class ReplyReader {
  #pending: Buffer = Buffer.alloc(0);

  read(chunk: Buffer): Reply[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const replies: Reply[] = [];
    for (;;) {
      const parsed = parse(this.#pending, 0);
      if (parsed === undefined) return replies;
      replies.push(parsed.reply);
      this.#pending = this.#pending.subarray(parsed.end);
    }
  }
}

interface Parsed {
  readonly reply: Reply;
  readonly end: number;
}

function parse(buffer: Buffer, start: number): Parsed | undefined {
  const lineEnd = buffer.indexOf('\r\n', start);
  if (lineEnd < 0) return undefined;
  const line = buffer.toString('utf8', start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (buffer[start]) {
    case 0x2b: // +
      return { reply: line, end };
    case 0x2d: // -
      return { reply: new Error(line), end };
    case 0x3a: // :
      return { reply: Number(line), end };
    case 0x24: // $
      return parseBulk(buffer, end, Number(line));
    case 0x2a: // *
      return parseArray(buffer, end, Number(line));
    default:
      throw new Error(`not a RESP2 reply: ${JSON.stringify(line.slice(0, 40))}`);
  }
}

function parseBulk(buffer: Buffer, start: number, length: number): Parsed | undefined {
  if (length < 0) return { reply: null, end: start };
  const end = start + length + 2;
  return buffer.length < end ? undefined : { reply: buffer.toString('utf8', start, end - 2), end };
}

function parseArray(buffer: Buffer, start: number, length: number): Parsed | undefined {
  if (length < 0) return { reply: null, end: start };
  const items: Reply[] = [];
  let end = start;
  for (let index = 0; index < length; index += 1) {
    const item = parse(buffer, end);
    if (item === undefined) return undefined;
    items.push(item.reply);
    end = item.end;
  }
  return { reply: items, end };
}
