/** Reads JSON from anywhere without trusting it: no prototype, no depth and no size is taken for granted. */
import type { Problem } from '../base/problem.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

/** Deeper than any template or preview; beyond it a recursive reader would run out of stack. */
const DEPTH_MAX = 100;
/** Values in one document; CloudFormation's own limit is 1 MB of text. */
const VALUES_MAX = 2_000_000;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entry of that name and nothing inherited: a resource may be called `constructor`. */
export function entryOf(record: unknown, name: string): unknown {
  return isRecord(record) && Object.hasOwn(record, name) ? record[name] : undefined;
}

export function recordOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

/** Undefined when a document can be walked safely; otherwise why not. Also ends on a value that contains itself. */
export function unwalkable(value: unknown, what: string): Problem | undefined {
  try {
    return tooMuch(value, what);
  } catch {
    // A getter or a proxy: no text that was parsed has one.
    const message = `${what} holds something that cannot be read and is no JSON. Give what JSON.parse makes of the file.`;
    return { code: 'PLAN_INPUT_UNREADABLE', message };
  }
}

function tooMuch(value: unknown, what: string): Problem | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  let seen = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    const { depth } = next;
    if (depth > DEPTH_MAX) {
      const message = `${what} is nested more than ${DEPTH_MAX} levels deep, or contains itself; no such document is deployed. Give the file as the tool wrote it.`;
      return { code: 'PLAN_INPUT_TOO_DEEP', message };
    }
    for (const child of Object.values(next.value)) {
      seen += 1;
      open.push({ value: child, depth: depth + 1 });
    }
    if (seen > VALUES_MAX) {
      const message = `${what} holds more than ${VALUES_MAX} values; no such document is deployed. Give the file as the tool wrote it.`;
      return { code: 'PLAN_INPUT_TOO_LARGE', message };
    }
  }
  return undefined;
}

/** Equal as CloudFormation and Pulumi compare: key order does not count, and `"6379"` is `6379`. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, index) => sameJson(value, other[index]));
  }
  if (isRecord(one) && isRecord(other)) {
    const keys = Object.keys(one);
    return (
      keys.length === Object.keys(other).length &&
      keys.every((key) => Object.hasOwn(other, key) && sameJson(one[key], other[key]))
    );
  }
  return isScalar(one) && isScalar(other) && String(one) === String(other);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** `true` and `"true"`, which templates use alike. */
export function isTrue(value: unknown): boolean {
  return isScalar(value) && String(value) === 'true';
}

/** NaN for anything but a number or its text; `Number` itself ends on an object whose `toString` is no function. */
export function numberOf(value: unknown): number {
  return isScalar(value) ? Number(value) : Number.NaN;
}

export function lower(value: unknown): string {
  return isScalar(value) ? String(value).toLowerCase() : '';
}
