/**
 * A reply as a tree, for the few places that have to look inside: merging the answers of several shards, reading the
 * servers' topology. `encodeValue(decodeValue(bytes))` gives the same bytes back.
 */
import { ReplyScanner } from './reply-scanner.ts';
import { encodeBulk, RespProtocolError, TYPE } from './resp.ts';

export type RespEntries = readonly (readonly [RespValue, RespValue])[];

export type RespValue =
  | { readonly type: 'simple' | 'error' | 'double' | 'bigNumber'; readonly text: string }
  | { readonly type: 'integer'; readonly value: bigint }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'bulk' | 'blobError'; readonly bytes: Buffer }
  | { readonly type: 'verbatim'; readonly format: string; readonly bytes: Buffer }
  /** The three spellings of nothing: `_`, `$-1` and `*-1`. */
  | { readonly type: 'null'; readonly spelling: 'null' | 'bulk' | 'array' }
  | { readonly type: 'array' | 'set' | 'push'; readonly items: readonly RespValue[] }
  | { readonly type: 'map'; readonly entries: RespEntries }
  | { readonly type: 'attributed'; readonly attributes: RespEntries; readonly value: RespValue };

/** @throws RespProtocolError when the bytes are not exactly one reply. */
export function decodeValue(bytes: Buffer): RespValue {
  const scanner = new ReplyScanner();
  scanner.write(bytes);
  const whole = scanner.next();
  if (whole === undefined || whole.bytes.length !== bytes.length) throw new RespProtocolError('not exactly one reply');
  return new Decoder(bytes).value();
}

/** Walks bytes that the scanner has found to be one well-formed reply. */
class Decoder {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  value(): RespValue {
    const type = this.#bytes[this.#position] as number;
    const line = this.#line();
    switch (type) {
      case TYPE.simple:
        return { type: 'simple', text: line };
      case TYPE.error:
        return { type: 'error', text: line };
      case TYPE.double:
        return { type: 'double', text: line };
      case TYPE.bigNumber:
        return { type: 'bigNumber', text: line };
      case TYPE.integer:
        return { type: 'integer', value: BigInt(line.replace(/^\+/, '')) };
      case TYPE.boolean:
        return { type: 'boolean', value: line === 't' };
      case TYPE.null:
        return { type: 'null', spelling: 'null' };
      case TYPE.bulk:
        return line === '-1' ? { type: 'null', spelling: 'bulk' } : { type: 'bulk', bytes: this.#body(line) };
      case TYPE.blobError:
        return { type: 'blobError', bytes: this.#body(line) };
      case TYPE.verbatim: {
        const body = this.#body(line);
        return { type: 'verbatim', format: body.toString('latin1', 0, 3), bytes: body.subarray(4) };
      }
      case TYPE.map:
        return { type: 'map', entries: this.#entries(line) };
      case TYPE.attribute: {
        const attributes = this.#entries(line);
        return { type: 'attributed', attributes, value: this.value() };
      }
      case TYPE.set:
        return { type: 'set', items: this.#items(line) };
      case TYPE.push:
        return { type: 'push', items: this.#items(line) };
      default:
        return line === '-1' ? { type: 'null', spelling: 'array' } : { type: 'array', items: this.#items(line) };
    }
  }

  #line(): string {
    const end = this.#bytes.indexOf('\r\n', this.#position);
    const line = this.#bytes.toString('utf8', this.#position + 1, end);
    this.#position = end + 2;
    return line;
  }

  #body(length: string): Buffer {
    const body = this.#bytes.subarray(this.#position, this.#position + Number(length));
    this.#position += body.length + 2;
    return body;
  }

  #items(count: string): RespValue[] {
    return Array.from({ length: Number(count) }, () => this.value());
  }

  #entries(count: string): (readonly [RespValue, RespValue])[] {
    return Array.from({ length: Number(count) }, () => [this.value(), this.value()] as const);
  }
}

export function encodeValue(value: RespValue): Buffer {
  switch (value.type) {
    case 'simple':
      return line('+', value.text);
    case 'error':
      return line('-', value.text);
    case 'double':
      return line(',', value.text);
    case 'bigNumber':
      return line('(', value.text);
    case 'integer':
      return line(':', value.value.toString());
    case 'boolean':
      return line('#', value.value ? 't' : 'f');
    case 'null':
      return Buffer.from({ null: '_\r\n', bulk: '$-1\r\n', array: '*-1\r\n' }[value.spelling]);
    case 'bulk':
      return encodeBulk(value.bytes);
    case 'blobError':
      return Buffer.concat([line('!', `${value.bytes.length}`), value.bytes, line('', '')]);
    case 'verbatim':
      return Buffer.concat([
        line('=', `${value.bytes.length + 4}`),
        Buffer.from(`${value.format}:`),
        value.bytes,
        line('', ''),
      ]);
    case 'array':
      return Buffer.concat([line('*', `${value.items.length}`), ...value.items.map(encodeValue)]);
    case 'set':
      return Buffer.concat([line('~', `${value.items.length}`), ...value.items.map(encodeValue)]);
    case 'push':
      return Buffer.concat([line('>', `${value.items.length}`), ...value.items.map(encodeValue)]);
    case 'map':
      return encodeEntries('%', value.entries);
    case 'attributed':
      return Buffer.concat([encodeEntries('|', value.attributes), encodeValue(value.value)]);
  }
}

function encodeEntries(sign: string, entries: RespEntries): Buffer {
  return Buffer.concat([line(sign, `${entries.length}`), ...entries.flat().map(encodeValue)]);
}

function line(sign: string, text: string): Buffer {
  return Buffer.from(`${sign}${text}\r\n`);
}

/** The text of a value, whatever its spelling; '' for what has none. */
export function textOf(value: RespValue | undefined): string {
  if (value === undefined) return '';
  switch (value.type) {
    case 'bulk':
    case 'blobError':
    case 'verbatim':
      return value.bytes.toString();
    case 'integer':
      return value.value.toString();
    case 'simple':
    case 'error':
    case 'double':
    case 'bigNumber':
      return value.text;
    case 'boolean':
      return String(value.value);
    case 'attributed':
      return textOf(value.value);
    default:
      return '';
  }
}

/** The elements of an array, set, push or (flattened) map; none for anything else. */
export function itemsOf(value: RespValue | undefined): readonly RespValue[] {
  if (value === undefined) return [];
  if (value.type === 'attributed') return itemsOf(value.value);
  if (value.type === 'map') return value.entries.flat();
  return value.type === 'array' || value.type === 'set' || value.type === 'push' ? value.items : [];
}

/** A map's value by its key; also of a map that RESP 2 has flattened to an array. */
export function fieldOf(value: RespValue | undefined, name: string): RespValue | undefined {
  const items = itemsOf(value);
  for (let index = 0; index + 1 < items.length; index += 2) {
    if (textOf(items[index]) === name) return items[index + 1];
  }
  return undefined;
}
