/** The one way in which this project reads somebody's data: copy it, check its shape, fill the defaults. */
import { z } from 'zod';
import type { Problem } from '../../base/problem.ts';
import { pathText } from './describe.ts';
import { plainCopy } from './plain-copy.ts';
import { NOT_COMPILED, schemaProblems } from './schema-problems.ts';
import { resolve } from './schema-shape.ts';

export interface CheckedInput<Value> {
  /** With its defaults; absent when there is any problem. */
  readonly value?: Value;
  /** Everything that is wrong with the shape; rules that span fields are not judged here. */
  readonly problems: readonly Problem[];
  /** The plain copy that was checked; what could not be read is not in it. */
  readonly copy: unknown;
}

/** Never throws, whatever the input is. */
export function checkInput<Schema extends z.core.$ZodType>(
  schema: Schema,
  input: unknown,
): CheckedInput<z.core.output<Schema>> {
  const { value: copy, problems: unreadable, unreadable: places } = plainCopy(input);
  const hidden = places.map(pathText);
  const malformed = schemaProblems(schema, copy).filter((problem) => !isBelow(problem.path ?? '', hidden));
  const problems = [...unreadable, ...malformed];
  if (problems.length > 0) return { problems, copy };
  return { value: z.core.parse(schema, copy, NOT_COMPILED), problems, copy };
}

function isBelow(path: string, places: readonly string[]): boolean {
  return places.some((place) => place === '' || path === place || path.startsWith(`${place}.`));
}

export interface WellFormed<Value> {
  /** The well-formed fields with their defaults. */
  readonly fields: Partial<Value>;
  /** The other fields of the schema. */
  readonly malformed: ReadonlySet<string>;
}

/**
 * What the rules can be judged on although something else in the input is malformed; undefined when the schema cannot
 * tell which kind of object the input is.
 */
export function wellFormedFields<Schema extends z.core.$ZodType>(
  schema: Schema,
  copy: unknown,
): WellFormed<z.core.output<Schema>> | undefined {
  const resolved = resolve(schema, copy);
  if (!(resolved instanceof z.core.$ZodObject) || typeof copy !== 'object' || copy === null) return undefined;
  const fields: Record<string, unknown> = {};
  const malformed = new Set<string>();
  for (const [key, field] of Object.entries(resolved._zod.def.shape)) {
    const parsed = z.core.safeParse(field, (copy as Record<string, unknown>)[key], NOT_COMPILED);
    if (parsed.success) fields[key] = parsed.data;
    else malformed.add(key);
  }
  return { fields: fields as Partial<z.core.output<Schema>>, malformed };
}
