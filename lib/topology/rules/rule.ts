/**
 * Rules that span fields, as rows of a table. A row names the fields it looks at, so that it can be judged even when
 * other fields of the same input are malformed, and every broken rule is reported at once.
 */
import type { Problem } from '../../base/problem.ts';

export interface Rule<Subject> {
  /** Stable, in capitals; scripts match on it. */
  readonly code: string;
  /** Where the rule comes from: an address, an issue, or `Redoubt` for this project's own, with the reason. */
  readonly source: string;
  /** Fields the rule reads. The first is where the problem is shown. */
  readonly fields: readonly (keyof Subject & string)[];
  /** True when the subject breaks the rule. */
  readonly when: (subject: Subject) => boolean;
  /** A sentence: what is wrong, what was given, what is allowed, what to do; quotes the service where it has a known text. */
  readonly message: (subject: Subject) => string;
}

/** Makes rows for one subject; a row sees only the fields it names. */
export function ruleMaker<Subject>() {
  return <Field extends keyof Subject & string>(row: {
    readonly code: string;
    readonly source: string;
    readonly fields: readonly Field[];
    readonly when: (subject: Pick<Subject, Field>) => boolean;
    readonly message: (subject: Pick<Subject, Field>) => string;
  }): Rule<Subject> => row;
}

export interface JudgedInput {
  /** Prefix of the problems' paths: `topology`. Default: none. */
  readonly at?: string;
  /** Fields that are malformed or missing; rules that read one of them cannot be judged. Default: none. */
  readonly malformed?: ReadonlySet<string>;
}

/** The problems of every broken rule that can be judged. */
export function brokenRules<Subject extends object>(
  rules: readonly Rule<Subject>[],
  subject: Subject,
  { at = '', malformed = new Set() }: JudgedInput = {},
): Problem[] {
  return rules
    .filter((rule) => !rule.fields.some((field) => malformed.has(field)))
    .filter((rule) => rule.when(subject))
    .map((rule) => ({
      code: rule.code,
      message: rule.message(subject),
      path: `${at === '' ? '' : `${at}.`}${rule.fields[0] ?? ''}`,
    }));
}
