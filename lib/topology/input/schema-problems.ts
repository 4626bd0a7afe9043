/**
 * Turns what zod found into sentences: what is wrong, what was given, what is allowed. Codes are stable:
 * `INPUT_MISSING`, `INPUT_UNKNOWN_KEY`, `INPUT_WRONG_TYPE`, `INPUT_NOT_ALLOWED`, `INPUT_OUT_OF_RANGE`, `INPUT_WRONG_FORMAT`.
 */
import { z } from 'zod';
import type { Problem } from '../../base/problem.ts';
import { closestTo } from './closest.ts';
import { describeGiven, describeKind, listed, type Path, pathText } from './describe.ts';
import { allowedKeys, descriptionOf, schemaAt } from './schema-shape.ts';

type Schema = z.core.$ZodType;
type Issue = z.core.$ZodIssue;

/** An input is read once or twice in a process, so that compiling its schema first, as zod does by itself, takes longer than it saves. */
export const NOT_COMPILED = { jitless: true } as const;

/** Every way in which this plain copy of an input breaks the schema; empty when it does not. */
export function schemaProblems(schema: Schema, input: unknown): Problem[] {
  const parsed = z.core.safeParse(schema, input, NOT_COMPILED);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => problemsOf(issue, { schema, input }));
}

interface Context {
  readonly schema: Schema;
  readonly input: unknown;
}

function problemsOf(issue: Issue, context: Context): Problem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, issue.path, context));
  const given = valueAt(context.input, issue.path);
  const path = pathText(issue.path);
  const place = path === '' ? 'The input' : `\`${path}\``;
  const expected = schemaAt(context.schema, issue.path, context.input);
  const keys = allowedKeys(expected);
  const allowed =
    descriptionOf(expected) ?? `${allowedBy(issue, expected)}${keys.length === 0 ? '' : ` with ${keys.join(', ')}`}`;
  if (given === undefined) {
    return [{ code: 'INPUT_MISSING', path, message: `${place} is missing: it must be ${allowed}.` }];
  }
  const shown = mayBeSecret(issue.path, given) ? describeKind(given) : describeGiven(given);
  return [{ code: codeOf(issue), path, message: `${place} is ${shown}: it must be ${allowed}.` }];
}

function unknownKey(key: string, parent: Path, context: Context): Problem {
  const known = allowedKeys(schemaAt(context.schema, parent, context.input));
  const closest = closestTo(key, known);
  const advice = closest === undefined ? 'remove it' : `did you mean \`${closest}\`?`;
  const path = pathText([...parent, key]);
  const ending = `${advice}${advice.endsWith('?') ? '' : '.'}`;
  const allowed = known.length === 0 ? '' : ` Allowed here: ${known.join(', ')}.`;
  return { code: 'INPUT_UNKNOWN_KEY', path, message: `\`${path}\` is not known here: ${ending}${allowed}` };
}

function codeOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return 'INPUT_WRONG_TYPE';
    case 'too_big':
    case 'too_small':
      return 'INPUT_OUT_OF_RANGE';
    case 'invalid_format':
      return 'INPUT_WRONG_FORMAT';
    default:
      return 'INPUT_NOT_ALLOWED';
  }
}

/** The end of "it must be …". */
function allowedBy(issue: Issue, expected?: Schema): string {
  switch (issue.code) {
    case 'invalid_type':
      return expected instanceof z.core.$ZodNumberFormat
        ? 'a whole number'
        : (TYPE_NAMES[issue.expected] ?? issue.expected);
    case 'invalid_value':
      return listed(issue.values);
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`
        : `at least ${issue.minimum} long`;
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`
        : `at most ${issue.maximum} long`;
    case 'invalid_format':
      return 'pattern' in issue && issue.pattern !== undefined
        ? `text that matches ${issue.pattern}`
        : `a valid ${issue.format}`;
    case 'invalid_union':
      return issue.discriminator === undefined ? allowedByUnion(issue.errors) : listed(unionOptions(issue));
    default:
      return `something else (${issue.message})`;
  }
}

function unionOptions(issue: z.core.$ZodIssueInvalidUnion): readonly unknown[] {
  return 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
}

function allowedByUnion(alternatives: readonly (readonly Issue[])[]): string {
  const texts = alternatives.flatMap((issues) => issues.slice(0, 1).map((issue) => allowedBy(issue)));
  return [...new Set(texts)].join(', or ');
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/**
 * Somebody may have put the secret itself where a reference to it belongs, or a URL with the password in it where a
 * host belongs, so such values are never repeated.
 */
function mayBeSecret(path: Path, given: unknown): boolean {
  if (typeof given === 'string' && given.includes('@')) return true;
  return path.includes('authentication') && path.at(-1) !== 'kind';
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
