/**
 * Which of the 16,384 slots a key belongs to, as the server computes it: CRC-16/XMODEM of the hash tag, modulo 16,384.
 *
 * Own code on purpose: ioredis 6.0.0 answers 4015 for `foo{}{bar}`, the server 8363.
 * Source: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model
 */
import { ProblemError } from '../base/problem.ts';

export const SLOT_COUNT = 16_384;

/** First and last slot, both included. */
export type SlotRange = readonly [number, number];

/** A key as text is hashed as the UTF-8 bytes that a client sends for it. */
export function slotOf(key: string | Uint8Array): number {
  const tag = hashTagOf(key);
  return (typeof tag === 'string' ? crc16OfText(tag) : crc16OfBytes(tag)) % SLOT_COUNT;
}

/**
 * The part of a key that is hashed: between the first `{` and the first `}` after it when something stands between
 * them, otherwise the whole key. So `foo{}{bar}` is hashed whole, and the tag of `foo{{bar}}zap` is `{bar`.
 */
export function hashTagOf(key: string): string;
export function hashTagOf(key: Uint8Array): Uint8Array;
export function hashTagOf(key: string | Uint8Array): string | Uint8Array;
export function hashTagOf(key: string | Uint8Array): string | Uint8Array {
  // Braces are single bytes that occur inside no other UTF-8 character, so text may be cut before it is encoded.
  const [open, close] = typeof key === 'string' ? bracesIn(key, '{', '}') : bracesIn(key, OPENING_BRACE, CLOSING_BRACE);
  if (open === -1 || close <= open + 1) return key;
  return typeof key === 'string' ? key.slice(open + 1, close) : key.subarray(open + 1, close);
}

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

interface Searchable<Unit> {
  indexOf(unit: Unit, from?: number): number;
}

function bracesIn<Unit>(key: Searchable<Unit>, opening: Unit, closing: Unit): [open: number, close: number] {
  const open = key.indexOf(opening);
  return [open, open === -1 ? -1 : key.indexOf(closing, open + 1)];
}

/** CRC-16/XMODEM: polynomial 0x1021, starts at 0, nothing reflected, nothing added at the end. */
export function crc16OfBytes(bytes: Uint8Array): number {
  let crc = 0;
  for (let index = 0; index < bytes.length; index += 1) crc = crc16Step(crc, bytes[index] as number);
  return crc;
}

/** Most keys are ASCII, and those need no buffer. */
function crc16OfText(text: string): number {
  let crc = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return crc16OfBytes(Buffer.from(text, 'utf8'));
    crc = crc16Step(crc, code);
  }
  return crc;
}

function crc16Step(crc: number, byte: number): number {
  return ((crc << 8) & 0xffff) ^ (CRC16_TABLE[((crc >> 8) ^ byte) & 0xff] as number);
}

const CRC16_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  return crc;
});

/**
 * The slots of each shard when they are split evenly, with the same rounding as `redis-cli --cluster create`.
 * @throws RangeError when the count is not a whole number from 1 to 16,384
 */
export function evenSlotRanges(shardCount: number): SlotRange[] {
  if (!Number.isInteger(shardCount) || shardCount < 1 || shardCount > SLOT_COUNT) {
    throw new RangeError(`shardCount is ${shardCount}: it must be a whole number from 1 to ${SLOT_COUNT}.`);
  }
  const slotsPerShard = SLOT_COUNT / shardCount;
  const ends = Array.from({ length: shardCount }, (_, index) => Math.round((index + 1) * slotsPerShard - 1));
  return ends.map((end, index) => [index === 0 ? 0 : (ends[index - 1] as number) + 1, end]);
}

export function isInRanges(slot: number, ranges: readonly SlotRange[]): boolean {
  return ranges.some(([first, last]) => first <= slot && slot <= last);
}

/** Index of the shard that owns the slot, or undefined when none does. `shardOfSlot` is its throwing twin. */
export function tryShardOfSlot(slot: number, shards: readonly (readonly SlotRange[])[]): number | undefined {
  const index = shards.findIndex((ranges) => isInRanges(slot, ranges));
  return index === -1 ? undefined : index;
}

/** @throws ProblemError `SLOT_NOT_COVERED` */
export function shardOfSlot(slot: number, shards: readonly (readonly SlotRange[])[]): number {
  const index = tryShardOfSlot(slot, shards);
  if (index !== undefined) return index;
  const message = `Slot ${slot} belongs to none of the ${shards.length} shards. Slots 0 to ${SLOT_COUNT - 1} must each have an owner.`;
  throw new ProblemError({ code: 'SLOT_NOT_COVERED', message });
}

/**
 * Short hash tags whose keys land in the given slots: `{TAG}anything`. Always the same ones for the same arguments.
 * @throws ProblemError `SLOT_RANGES_INVALID` when a range is empty, reversed or outside 0 to 16,383, or there is none
 */
export function tagsInRange(ranges: readonly SlotRange[], count: number): string[] {
  checkRanges(ranges);
  const tags: string[] = [];
  for (let number = 0; tags.length < count; number += 1) {
    const tag = number.toString(36);
    if (isInRanges(slotOf(tag), ranges)) tags.push(tag);
  }
  return tags;
}

/** The shortest such tag for one slot. */
export function tagForSlot(slot: number): string {
  return tagsInRange([[slot, slot]], 1)[0] as string;
}

function checkRanges(ranges: readonly SlotRange[]): void {
  const isSlot = (slot: number) => Number.isInteger(slot) && slot >= 0 && slot < SLOT_COUNT;
  const invalid = ranges.find(([first, last]) => !isSlot(first) || !isSlot(last) || first > last);
  if (ranges.length > 0 && invalid === undefined) return;
  const given = invalid === undefined ? 'no range was given' : `${invalid[0]}-${invalid[1]} was given`;
  const message = `Hash tags need slot ranges within 0 to ${SLOT_COUNT - 1}, the first slot not above the last; ${given}.`;
  throw new ProblemError({ code: 'SLOT_RANGES_INVALID', message });
}
