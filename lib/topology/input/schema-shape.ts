/** Answers what a zod schema allows at a place: which keys, and the sentence its author gave it with `.describe()`. */
import { z } from 'zod';
import type { Path } from './describe.ts';

type Schema = z.core.$ZodType;

/** The schema that decides about the value at `path`, or undefined when the path leads nowhere. */
export function schemaAt(schema: Schema, path: Path, value: unknown): Schema | undefined {
  const resolved = resolve(schema, value);
  const [key, ...rest] = path;
  if (key === undefined) return resolved;
  const child = memberOf(value, key);
  if (resolved instanceof z.core.$ZodObject) {
    const shape = resolved._zod.def.shape;
    const next = Object.hasOwn(shape, key) ? shape[key as string] : undefined;
    return next === undefined ? undefined : schemaAt(next, rest, child);
  }
  if (resolved instanceof z.core.$ZodArray) return schemaAt(resolved._zod.def.element, rest, child);
  return undefined;
}

/** The keys an object at this place may have; empty when it is no object. */
export function allowedKeys(schema: Schema | undefined): string[] {
  return schema instanceof z.core.$ZodObject ? Object.keys(schema._zod.def.shape) : [];
}

/** Looks through defaults, optionals and discriminated unions to the schema that applies to this value. */
export function resolve(schema: Schema, value: unknown): Schema {
  if (
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodDefault ||
    schema instanceof z.core.$ZodPrefault ||
    schema instanceof z.core.$ZodNullable
  ) {
    return resolve(schema._zod.def.innerType, value);
  }
  if (schema instanceof z.core.$ZodDiscriminatedUnion) {
    const option = optionFor(schema, value);
    return option === undefined ? schema : resolve(option, value);
  }
  return schema;
}

/** What the author of the schema said is allowed here, as the end of "must be …". */
export function descriptionOf(schema: Schema | undefined): string | undefined {
  if (schema === undefined) return undefined;
  return z.globalRegistry.get(schema)?.description;
}

function optionFor(union: z.core.$ZodDiscriminatedUnion, value: unknown): Schema | undefined {
  const { discriminator, options } = union._zod.def;
  const given = memberOf(value, discriminator) as z.core.util.Primitive;
  return options.find((option) => option._zod.propValues?.[discriminator]?.has(given));
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<PropertyKey, unknown>)[key];
}
