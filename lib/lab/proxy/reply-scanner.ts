/**
 * Finds where server replies end in a stream of bytes, without decoding them, so that they can be passed on as they are.
 *
 * Knows every type of RESP 2 and RESP 3. Streamed types (`$?`, `*?`) are refused: no server sends them and a proxy
 * that forwards whole replies could not hold them. Work is resumed, not repeated, when a reply arrives in pieces.
 */
import { CARRIAGE_RETURN, LINE_FEED, RespProtocolError, TYPE } from './resp.ts';

/** One whole reply. */
export interface RawReply {
  /** First byte of the value, behind any attributes (see `TYPE`). */
  readonly type: number;
  /** The reply with its attributes, exactly as it was sent. */
  readonly bytes: Buffer;
}

export interface ReplyLimits {
  readonly maximumBulkBytes: number;
  readonly maximumDepth: number;
  readonly maximumElements: number;
  readonly maximumLineBytes: number;
}

/** The server's own limit for one value (proto-max-bulk-len), and room for anything a server nests. */
export const REPLY_LIMITS: ReplyLimits = {
  maximumBulkBytes: 512 * 1024 * 1024,
  maximumDepth: 128,
  maximumElements: 2 ** 26,
  maximumLineBytes: 1024 * 1024,
};

const NO_BYTES = Buffer.alloc(0);
const INTEGER = /^[+-]?\d{1,20}$/;
const BIG_NUMBER = /^[+-]?\d+$/;
const DOUBLE = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?inf|nan)$/;

export class ReplyScanner {
  readonly #limits: ReplyLimits;
  #bytes: Buffer = NO_BYTES;
  #parts: Buffer[] = [];
  #availableBytes = 0;
  /** Scanning cannot get further before this many bytes are there. */
  #neededBytes = 1;
  #position = 0;
  #type = 0;
  /** Elements still to come of every open aggregate, outermost first; an attribute's are marked in `#isAttribute`. */
  #remaining: number[] = [];
  #isAttribute: boolean[] = [];

  constructor(limits: Partial<ReplyLimits> = {}) {
    this.#limits = { ...REPLY_LIMITS, ...limits };
  }

  write(chunk: Buffer): void {
    this.#parts.push(chunk);
    this.#availableBytes += chunk.length;
  }

  /** Everything not yet handed out, for who wants to go on without the scanner; it is of no use afterwards. */
  takeRest(): Buffer {
    this.#gather();
    return this.#bytes;
  }

  /**
   * The next whole reply, `undefined` when more bytes are needed.
   * @throws RespProtocolError when the stream is malformed or over a limit; the scanner is of no use afterwards.
   */
  next(): RawReply | undefined {
    if (this.#availableBytes < this.#neededBytes) return undefined;
    this.#gather();
    while (this.#scanOne()) {
      if (this.#remaining.length > 0 || this.#type === 0) continue;
      return this.#take();
    }
    return undefined;
  }

  #gather(): void {
    if (this.#parts.length === 0) return;
    this.#bytes =
      this.#bytes.length === 0 && this.#parts.length === 1
        ? (this.#parts[0] as Buffer)
        : Buffer.concat([this.#bytes, ...this.#parts]);
    this.#parts = [];
  }

  #take(): RawReply {
    const reply = { type: this.#type, bytes: this.#bytes.subarray(0, this.#position) };
    this.#bytes = this.#bytes.subarray(this.#position);
    this.#availableBytes = this.#bytes.length;
    this.#position = 0;
    this.#neededBytes = 1;
    this.#type = 0;
    return reply;
  }

  /** Steps over one line (and the bulk behind it). False when it is not all there yet. */
  #scanOne(): boolean {
    const end = this.#endOfLine();
    if (end < 0) return false;
    const type = this.#bytes[this.#position] as number;
    const depth = this.#remaining.length;
    if (type === TYPE.push && depth > 0) throw new RespProtocolError('a push inside another reply');
    switch (type) {
      case TYPE.bulk:
      case TYPE.verbatim:
      case TYPE.blobError:
        if (!this.#stepOverBulk(type, end)) return false;
        break;
      case TYPE.array:
      case TYPE.set:
      case TYPE.push:
      case TYPE.map:
      case TYPE.attribute:
        this.#open(type, end);
        return true;
      default:
        checkScalar(type, this.#line(end));
        this.#position = end + 2;
    }
    this.#noteType(type, depth);
    this.#complete();
    return true;
  }

  #noteType(type: number, depth: number): void {
    if (depth === 0) this.#type = type;
  }

  /** Index of the carriage return that ends the current line, or -1. */
  #endOfLine(): number {
    const end = this.#bytes.indexOf(CARRIAGE_RETURN, this.#position);
    const lineBytes = (end < 0 ? this.#bytes.length : end) - this.#position;
    if (lineBytes > this.#limits.maximumLineBytes) throw new RespProtocolError('a line is too long');
    if (end < 0 || end + 1 >= this.#bytes.length) {
      this.#neededBytes = this.#bytes.length + 1;
      return -1;
    }
    if (this.#bytes[end + 1] !== LINE_FEED) throw new RespProtocolError('a carriage return without a line feed');
    return end;
  }

  #line(end: number): string {
    return this.#bytes.toString('latin1', this.#position + 1, end);
  }

  #stepOverBulk(type: number, end: number): boolean {
    const length = readLength(this.#line(end));
    if (length === -1 && type === TYPE.bulk) {
      this.#position = end + 2;
      return true;
    }
    if (length < 0 || length > this.#limits.maximumBulkBytes) throw new RespProtocolError('invalid bulk length');
    const body = end + 2;
    if (this.#bytes.length < body + length + 2) {
      this.#neededBytes = body + length + 2;
      return false;
    }
    if (this.#bytes[body + length] !== CARRIAGE_RETURN || this.#bytes[body + length + 1] !== LINE_FEED) {
      throw new RespProtocolError('a bulk string does not end where its length says');
    }
    if (type === TYPE.verbatim && (length < 4 || this.#bytes[body + 3] !== 0x3a)) {
      throw new RespProtocolError('a verbatim string without its format');
    }
    this.#position = body + length + 2;
    return true;
  }

  #open(type: number, end: number): void {
    const count = readLength(this.#line(end));
    const depth = this.#remaining.length;
    this.#position = end + 2;
    const isAttribute = type === TYPE.attribute;
    if (!isAttribute) this.#noteType(type, depth);
    if (count === -1 && type === TYPE.array) {
      this.#complete();
      return;
    }
    if (count < 0 || count > this.#limits.maximumElements) throw new RespProtocolError('invalid multibulk length');
    if (depth >= this.#limits.maximumDepth) throw new RespProtocolError('replies are nested too deeply');
    const elements = type === TYPE.map || isAttribute ? count * 2 : count;
    if (elements > 0) {
      this.#remaining.push(elements);
      this.#isAttribute.push(isAttribute);
    } else if (!isAttribute) {
      this.#complete();
    }
  }

  /** One value has ended, and with it every aggregate whose last element it was. */
  #complete(): void {
    while (this.#remaining.length > 0) {
      const innermost = this.#remaining.length - 1;
      const left = (this.#remaining[innermost] as number) - 1;
      this.#remaining[innermost] = left;
      if (left > 0) return;
      this.#remaining.pop();
      // An attribute is not a value: what it describes is still to come.
      if (this.#isAttribute.pop()) return;
    }
  }
}

function readLength(text: string): number {
  if (!/^(?:-1|\d{1,10})$/.test(text)) {
    throw new RespProtocolError(text === '?' ? 'streamed types are not supported' : 'invalid length');
  }
  return Number(text);
}

function checkScalar(type: number, text: string): void {
  if (!isScalar(type, text)) throw new RespProtocolError(`unexpected ${JSON.stringify(String.fromCharCode(type))}`);
}

function isScalar(type: number, text: string): boolean {
  switch (type) {
    case TYPE.simple:
    case TYPE.error:
      return !text.includes('\n');
    case TYPE.integer:
      return INTEGER.test(text);
    case TYPE.boolean:
      return text === 't' || text === 'f';
    case TYPE.null:
      return text === '';
    case TYPE.double:
      return DOUBLE.test(text);
    case TYPE.bigNumber:
      return BIG_NUMBER.test(text);
    default:
      return false;
  }
}
