/**
 * Reads the fields of a resource whoever printed it: `az` puts everything at the top and spells `maxmemoryPolicy`, Resource Manager
 * has `properties` and spells `maxmemory-policy`, and both give numbers and flags as text now and then. Only what is asked
 * for is ever looked at, so an access key is never touched.
 */
import type { Problem } from '../../base/problem.ts';
import { entryOf, isRecord, type JsonRecord } from '../../plan/json.ts';
import { describeKind } from '../../topology/input/describe.ts';

export interface Fields {
  /** Empty when it is not there. */
  readonly text: (name: string) => string;
  readonly flag: (name: string) => boolean | undefined;
  /** A whole number from 0. */
  readonly count: (name: string) => number | undefined;
  readonly list: (name: string) => readonly unknown[];
  readonly part: (name: string) => Fields;
  readonly names: (name: string) => readonly string[];
  readonly has: (name: string) => boolean;
  readonly malformed: (name: string, allowed: string) => void;
}

/** @param problems receives what is malformed, each field once */
export function fieldsOf(value: unknown, path: string, problems: Problem[]): Fields {
  const layers = [value, lookUp(value, 'properties')].filter(isRecord);
  const find = (name: string) => layers.map((layer) => lookUp(layer, name)).find((found) => found !== undefined);
  const placeOf = (name: string) => (path === '' ? name : `${path}.${name}`);
  const malformed = (name: string, allowed: string) => {
    const place = placeOf(name);
    if (!problems.some((known) => known.path === place)) problems.push(problemOf(place, find(name), allowed));
  };
  const read = <Value>(name: string, parse: (found: unknown) => Value | undefined, allowed: string) => {
    const found = find(name);
    if (found === undefined) return undefined;
    const parsed = parse(found);
    if (parsed === undefined) malformed(name, allowed);
    return parsed;
  };
  return {
    text: (name) => read(name, textOf, 'a text') ?? '',
    flag: (name) => read(name, flagOf, 'true or false'),
    count: (name) => read(name, countOf, 'a whole number from 0'),
    list: (name) => read(name, (found) => (Array.isArray(found) ? found : undefined), 'a list') ?? [],
    part: (name) => fieldsOf(read(name, recordIn, 'an object'), placeOf(name), problems),
    names: (name) => Object.keys(read(name, recordIn, 'an object') ?? {}),
    has: (name) => find(name) !== undefined,
    malformed,
  };
}

/** Case, hyphens and underscores do not count; null is not there. Its own entries only. */
export function lookUp(record: unknown, name: string): unknown {
  if (!isRecord(record)) return undefined;
  const exact = entryOf(record, name);
  const wanted = plainName(name);
  const key = exact === undefined ? Object.keys(record).find((candidate) => plainName(candidate) === wanted) : name;
  return key === undefined ? undefined : (record[key] ?? undefined);
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

function problemOf(path: string, value: unknown, allowed: string): Problem {
  // Of a text only the kind is said: nobody knows what was pasted there.
  const given = describeKind(value);
  const isExpression = typeof value === 'string' && value.startsWith('[');
  const advice = isExpression
    ? 'It is an expression of a template: give the deployed resource, as `az redis show` or `az redisenterprise show` prints it.'
    : 'Give the document as `az` or Resource Manager printed it.';
  return {
    code: 'MIGRATE_FIELD_MALFORMED',
    message: `\`${path}\` is ${given}: it must be ${allowed}. ${advice}`,
    path,
  };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.startsWith('[') && value.endsWith(']') ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function flagOf(value: unknown): boolean | undefined {
  const word = String(value).toLowerCase();
  if (word === 'true' || word === 'enabled' || word === 'yes') return true;
  return word === 'false' || word === 'disabled' || word === 'no' || word === '' ? false : undefined;
}

function countOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function recordIn(value: unknown): JsonRecord | undefined {
  return isRecord(value) ? value : undefined;
}
