/**
 * Values with intrinsic functions: what they depend on, whether two of them are the same when they are deployed, and
 * whether two that differ surely differ.
 */
import { entryOf, isRecord, type JsonRecord, sameJson } from '../json.ts';
import type { Template } from './template.ts';

/** Names that a value depends on; a name may be a parameter, a mapping, a condition or a resource. */
export interface Dependencies {
  readonly references: ReadonlySet<string>;
  readonly mappings: ReadonlySet<string>;
  readonly conditions: ReadonlySet<string>;
}

export function dependenciesOf(value: unknown): Dependencies {
  const found = { references: new Set<string>(), mappings: new Set<string>(), conditions: new Set<string>() };
  collect(value, found);
  return found;
}

interface Found {
  readonly references: Set<string>;
  readonly mappings: Set<string>;
  readonly conditions: Set<string>;
}

function collect(value: unknown, found: Found): void {
  if (Array.isArray(value)) for (const item of value) collect(item, found);
  if (!isRecord(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'Ref' && typeof inner === 'string') found.references.add(inner);
    if (key === 'Fn::GetAtt') found.references.add(attributeParts(inner)[0] ?? '');
    if (key === 'Fn::Sub') collectSubstitutions(inner, found);
    if (key === 'Fn::FindInMap' && Array.isArray(inner)) found.mappings.add(mappingName(inner[0]));
    if (key === 'Fn::If' && Array.isArray(inner) && typeof inner[0] === 'string') found.conditions.add(inner[0]);
    if (key === 'Condition' && typeof inner === 'string') found.conditions.add(inner);
    collect(inner, found);
  }
}

/** With AWS::LanguageExtensions the name of a mapping may be a function: then it may be any of them. No mapping is called so. */
const ANY_MAPPING = '(that a function names)';

function mappingName(name: unknown): string {
  return typeof name === 'string' ? name : ANY_MAPPING;
}

function collectSubstitutions(value: unknown, found: Found): void {
  const text = Array.isArray(value) ? value[0] : value;
  if (typeof text !== 'string') return;
  for (const [, name = ''] of text.matchAll(/\$\{([^!}][^}]*)\}/g))
    found.references.add(name.split('.')[0]?.trim() ?? '');
}

function attributeParts(value: unknown): string[] {
  if (typeof value === 'string') return value.split('.');
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string') : [];
}

/** Both templates, for names that mean something only in one of them. */
export interface Pair {
  readonly before: Template;
  readonly after: Template;
}

/** The name of a definition that the value depends on and that changes; undefined when there is none. */
export function changedDefinition(value: unknown, pair: Pair): string | undefined {
  return firstChanged(value, pair, new Set());
}

/** @param seen conditions that have been followed: each once, however many others stand on it, and also when it stands on itself */
function firstChanged(value: unknown, pair: Pair, seen: Set<string>): string | undefined {
  const { references, mappings, conditions } = dependenciesOf(value);
  const parameter = [...references].find((name) => !sameParameter(name, pair));
  if (parameter !== undefined) return `parameter ${parameter}`;
  const mapping = [...mappings].find((name) => !sameMapping(name, pair));
  if (mapping !== undefined) return `mapping ${mapping}`;
  for (const name of conditions) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (!sameEntry('conditions', name, pair)) return `condition ${name}`;
    const deeper = firstChanged(entryOf(pair.after.conditions, name), pair, seen);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

function sameParameter(name: string, { before, after }: Pair): boolean {
  const [one, other] = [entryOf(before.parameters, name), entryOf(after.parameters, name)];
  return ['Type', 'Default'].every((key) => sameJson(entryOf(one, key), entryOf(other, key)));
}

function sameMapping(name: string, pair: Pair): boolean {
  if (name === ANY_MAPPING) return sameJson(pair.before.mappings, pair.after.mappings);
  return sameEntry('mappings', name, pair);
}

function sameEntry(kind: 'mappings' | 'conditions', name: string, { before, after }: Pair): boolean {
  return sameJson(entryOf(before[kind], name), entryOf(after[kind], name));
}

/** `Fn::GetAtt: A.B` is `Fn::GetAtt: [A, B]`, and `Ref: AWS::NoValue` is nothing. */
export function normalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalised).filter((item) => item !== undefined);
  if (!isRecord(value)) return value;
  if (value.Ref === 'AWS::NoValue' && Object.keys(value).length === 1) return undefined;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, key === 'Fn::GetAtt' ? attributeText(inner) : normalised(inner)] as const)
      .filter(([, inner]) => inner !== undefined),
  );
}

function attributeText(value: unknown): unknown {
  return Array.isArray(value) && value.every((part) => typeof part === 'string') ? value.join('.') : value;
}

/** True when nothing that happens at the deployment can make them equal. Both are normalised. */
export function surelyDiffer(one: unknown, other: unknown, pair: Pair): boolean {
  if (one === undefined || other === undefined) return one !== other && !mayBeNothing(one ?? other);
  const [from, to] = [referenceOf(one, pair.before), referenceOf(other, pair.after)];
  if (from !== undefined && to !== undefined) return from !== to;
  if (isIntrinsic(one) || isIntrinsic(other)) return false;
  if (Array.isArray(one) && Array.isArray(other)) return listsDiffer(one, other, pair);
  if (isRecord(one) && isRecord(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].some((key) => surelyDiffer(entryOf(one, key), entryOf(other, key), pair));
  }
  return !sameJson(one, other);
}

function listsDiffer(one: readonly unknown[], other: readonly unknown[], pair: Pair): boolean {
  if (one.length !== other.length) return ![...one, ...other].some((item) => mayBeNothing(item) || isIntrinsic(item));
  return one.some((item, index) => surelyDiffer(item, other[index], pair));
}

/** What a `Ref` or `Fn::GetAtt` to a resource names; two resources never have the same id or attribute. */
function referenceOf(value: unknown, template: Template): string | undefined {
  if (!isRecord(value) || Object.keys(value).length !== 1) return undefined;
  const text = typeof value.Ref === 'string' ? value.Ref : attributeText(value['Fn::GetAtt']);
  if (typeof text !== 'string') return undefined;
  const [name = ''] = text.split('.', 1);
  return template.resources.has(name) ? name : undefined;
}

function isIntrinsic(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('{{resolve:');
  if (!isRecord(value)) return false;
  const [key = '', ...more] = Object.keys(value);
  return more.length === 0 && (key === 'Ref' || key.startsWith('Fn::'));
}

function mayBeNothing(value: unknown): boolean {
  return isRecord(value) && (Object.hasOwn(value, 'Fn::If') || isForeign(value));
}

/** `Fn::Transform` may put anything in its place. */
function isForeign(value: JsonRecord): boolean {
  return Object.hasOwn(value, 'Fn::Transform');
}

/** An object that is no intrinsic function, which may stand for anything and for nothing. */
export function isWrittenOut(value: unknown): value is JsonRecord {
  return isRecord(value) && !Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'));
}
