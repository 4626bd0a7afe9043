/**
 * Reads commands from a client the way the server does: arrays of bulk strings, and inline lines for those who type.
 * Every command keeps the bytes it came in, so that it can be passed on as it is. Error texts are the server's.
 */

import { splitInline } from './inline-command.ts';
import { CARRIAGE_RETURN, encodeCommand, LINE_FEED, RespProtocolError } from './resp.ts';

export interface ClientCommand {
  /** Upper case. */
  readonly name: string;
  /** All words, the name included. */
  readonly words: readonly Buffer[];
  /** The whole command as an array of bulk strings. */
  readonly bytes: Buffer;
}

const NO_BYTES = Buffer.alloc(0);
const MAXIMUM_WORDS = 1024 * 1024;
const MAXIMUM_BULK_BYTES = 512 * 1024 * 1024;
const MAXIMUM_INLINE_BYTES = 64 * 1024;
/** Before it has proved who it is, a client may not make the server hold much. */
const UNAUTHENTICATED = { words: 10, bulkBytes: 16 * 1024 };
const ARRAY = 0x2a;
const BULK = 0x24;

export class CommandParser {
  /** Set once the client has authenticated: it lifts the tight limits. */
  authenticated = false;
  #bytes: Buffer = NO_BYTES;
  #parts: Buffer[] = [];
  #availableBytes = 0;
  #neededBytes = 1;
  #position = 0;
  /** Words still to come; 0 between commands. */
  #wordsLeft = 0;
  /** Start and end of every word so far, in turn. */
  #bounds: number[] = [];

  /** Bytes received that are not yet part of a command handed out. */
  get bufferedBytes(): number {
    return this.#availableBytes;
  }

  write(chunk: Buffer): void {
    this.#parts.push(chunk);
    this.#availableBytes += chunk.length;
  }

  /** Everything not yet handed out, for who wants to go on without the parser. */
  takeRest(): Buffer {
    this.#gather();
    const rest = this.#bytes;
    this.#drop(rest.length);
    this.#wordsLeft = 0;
    return rest;
  }

  /**
   * The next whole command, `undefined` when more bytes are needed.
   * @throws RespProtocolError when the stream is malformed; the parser is of no use afterwards.
   */
  next(): ClientCommand | undefined {
    if (this.#availableBytes < this.#neededBytes) return undefined;
    this.#gather();
    while (this.#wordsLeft === 0) {
      const started = this.#bytes[0] === ARRAY ? this.#startArray() : this.#inline();
      if (started === 'incomplete') return undefined;
      if (started !== 'again') return started;
      if (this.#bytes.length === 0) return undefined;
    }
    while (this.#wordsLeft > 0) {
      if (!this.#word()) return undefined;
    }
    return this.#take();
  }

  #gather(): void {
    if (this.#parts.length === 0) return;
    this.#bytes =
      this.#bytes.length === 0 && this.#parts.length === 1
        ? (this.#parts[0] as Buffer)
        : Buffer.concat([this.#bytes, ...this.#parts]);
    this.#parts = [];
  }

  #drop(byteCount: number): void {
    this.#bytes = this.#bytes.subarray(byteCount);
    this.#availableBytes = this.#bytes.length;
    this.#position = 0;
    this.#neededBytes = 1;
    this.#bounds = [];
  }

  #startArray(): 'again' | 'incomplete' {
    const end = this.#endOfLine('too big mbulk count string');
    if (end < 0) return 'incomplete';
    const text = this.#bytes.toString('latin1', 1, end);
    const count = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(count) || count > MAXIMUM_WORDS) throw new RespProtocolError('invalid multibulk length');
    if (!this.authenticated && count > UNAUTHENTICATED.words) {
      throw new RespProtocolError('unauthenticated multibulk length');
    }
    if (count <= 0) {
      this.#drop(end + 2);
    } else {
      this.#wordsLeft = count;
      this.#position = end + 2;
    }
    return 'again';
  }

  #word(): boolean {
    if (this.#position >= this.#bytes.length) return this.#needMoreThan(this.#bytes.length);
    const sign = this.#bytes[this.#position] as number;
    if (sign !== BULK) throw new RespProtocolError(`expected '$', got '${String.fromCharCode(sign)}'`);
    const end = this.#endOfLine('too big bulk count string');
    if (end < 0) return false;
    const text = this.#bytes.toString('latin1', this.#position + 1, end);
    const length = /^\d{1,10}$/.test(text) ? Number(text) : -1;
    if (length < 0 || length > MAXIMUM_BULK_BYTES) throw new RespProtocolError('invalid bulk length');
    if (!this.authenticated && length > UNAUTHENTICATED.bulkBytes) {
      throw new RespProtocolError('unauthenticated bulk length');
    }
    const start = end + 2;
    if (this.#bytes.length < start + length + 2) return this.#needMoreThan(start + length + 1);
    this.#bounds.push(start, start + length);
    this.#position = start + length + 2;
    this.#wordsLeft -= 1;
    return true;
  }

  #needMoreThan(byteCount: number): false {
    this.#neededBytes = byteCount + 1;
    return false;
  }

  #endOfLine(whenTooLong: string): number {
    const end = this.#bytes.indexOf(CARRIAGE_RETURN, this.#position);
    const lineBytes = (end < 0 ? this.#bytes.length : end) - this.#position;
    if (lineBytes > MAXIMUM_INLINE_BYTES) throw new RespProtocolError(whenTooLong);
    if (end >= 0 && end + 1 < this.#bytes.length) return end;
    this.#needMoreThan(this.#bytes.length);
    return -1;
  }

  #take(): ClientCommand {
    const words: Buffer[] = [];
    for (let index = 0; index < this.#bounds.length; index += 2) {
      words.push(this.#bytes.subarray(this.#bounds[index], this.#bounds[index + 1]));
    }
    const command = { name: nameOf(words), words, bytes: this.#bytes.subarray(0, this.#position) };
    this.#drop(this.#position);
    return command;
  }

  #inline(): ClientCommand | 'again' | 'incomplete' {
    const end = this.#bytes.indexOf(LINE_FEED);
    if ((end < 0 ? this.#bytes.length : end) > MAXIMUM_INLINE_BYTES) {
      throw new RespProtocolError('too big inline request');
    }
    if (end < 0) {
      this.#needMoreThan(this.#bytes.length);
      return 'incomplete';
    }
    const words = splitInline(this.#bytes.subarray(0, end));
    if (words === undefined) throw new RespProtocolError('unbalanced quotes in request');
    this.#drop(end + 1);
    return words.length === 0 ? 'again' : { name: nameOf(words), words, bytes: encodeCommand(words) };
  }
}

function nameOf(words: readonly Buffer[]): string {
  return (words[0] as Buffer).toString('latin1').toUpperCase();
}

/** A command of our own making, in the same shape. */
export function commandOf(...words: readonly (string | Buffer)[]): ClientCommand {
  const buffers = words.map((word) => (typeof word === 'string' ? Buffer.from(word) : word));
  return { name: nameOf(buffers), words: buffers, bytes: encodeCommand(buffers) };
}
