import { describe, expect, it } from 'vitest';
import { brokenRules, type Rule } from '../../../lib/topology/rules/rule.ts';

/** Two valid-looking subjects for one rule: all else in them is as in the table's base. */
export interface RuleExample<Subject> {
  readonly keeps: Partial<Subject>;
  readonly breaks: Partial<Subject>;
  /** What the sentence must say about the subject that breaks it: the value given, what is allowed, the service's own text. */
  readonly says: RegExp;
}

/** Runs every rule against its examples, and refuses a rule without them and examples without a rule. */
export function describeRules<Subject extends object>(
  rules: readonly Rule<Subject>[],
  base: Subject,
  examples: Readonly<Record<string, RuleExample<Subject>>>,
): void {
  const codesBrokenBy = (changes: Partial<Subject>) =>
    brokenRules(rules, { ...base, ...changes }).map((problem) => problem.code);

  it('has an example that keeps it and one that breaks it', () => {
    expect(Object.keys(examples).sort()).toEqual(rules.map((rule) => rule.code).sort());
  });

  it('has a code of its own, a source and at least one field', () => {
    expect(new Set(rules.map((rule) => rule.code)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(rule.code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/);
      expect(rule.source, rule.code).toMatch(/https:\/\/|Redoubt: /);
      expect(rule.fields.length, rule.code).toBeGreaterThan(0);
    }
  });

  it('is kept by the base of the examples', () => {
    expect(codesBrokenBy({})).toEqual([]);
  });

  describe.each(Object.entries(examples))('%s', (code, { keeps, breaks, says }) => {
    it('is silent where it is kept', () => {
      expect(codesBrokenBy(keeps)).not.toContain(code);
    });

    it('speaks where it is broken, in a sentence with the place, what was given and what is allowed', () => {
      const problem = brokenRules(rules, { ...base, ...breaks }, { at: 'at' }).find((found) => found.code === code);
      expect(problem?.message).toMatch(says);
      expect(problem?.message).toMatch(/^[A-Z`\d].*[.?]$/s);
      expect(problem?.path).toBe(`at.${rules.find((rule) => rule.code === code)?.fields[0]}`);
    });
  });
}
