/** How values and places of an input are named in sentences: short, on one line, and without what may be a secret. */

export type Path = readonly PropertyKey[];

const MAX_SHOWN_LENGTH = 60;

/** `topology.shardCount`; an unusual key is shortened and shown without control characters. */
export function pathText(path: Path): string {
  return path.map((key) => shorten(printable(String(key)))).join('.');
}

/** What was given, for the middle of a sentence: `"abc"`, `3`, `an array of 2`, `nothing`. */
export function describeGiven(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return shorten(JSON.stringify(value));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return 'a bigint';
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value === 'function') return 'a function';
  return describeObject(value);
}

/** What kind of thing was given, where the value itself must not be shown. */
export function describeKind(value: unknown): string {
  if (typeof value === 'string') return 'a string (not shown)';
  if (typeof value === 'number' || typeof value === 'boolean') return `a ${typeof value} (not shown)`;
  return describeGiven(value);
}

/** `"a", "b" or "c"`. */
export function listed(values: readonly unknown[]): string {
  const shown = values.map((value) => describeGiven(value));
  const last = shown.pop() ?? 'nothing';
  return shown.length === 0 ? last : `${shown.join(', ')} or ${last}`;
}

function describeObject(value: object): string {
  try {
    if (Array.isArray(value)) return `an array of ${value.length}`;
    const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null;
    const name = prototype?.constructor?.name;
    if (typeof name === 'string' && name !== '' && name !== 'Object') return `a ${shorten(printable(name))}`;
  } catch {
    // A Proxy may refuse even this question; an object it is.
  }
  return 'an object';
}

function printable(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function shorten(text: string): string {
  return text.length <= MAX_SHOWN_LENGTH ? text : `${text.slice(0, MAX_SHOWN_LENGTH - 1)}…`;
}
