/** For any document there is a plan or a problem list, and never a crash. (Previews: see pulumi.test.ts.) */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../lib/base/problem.ts';
import { planCloudFormation } from '../../lib/plan/cloudformation/compare.ts';
import { TABLES } from '../../lib/plan/cloudformation/tables.ts';
import { planJson } from '../../lib/plan/forms/json.ts';
import { planMarkdown } from '../../lib/plan/forms/markdown.ts';
import { planText } from '../../lib/plan/forms/text.ts';
import { judgePlan } from '../../lib/plan/judge.ts';
import { planPulumi } from '../../lib/plan/pulumi/compare.ts';
import { parseDocument } from '../../lib/plan/read.ts';
import { anyInput } from '../topology/fixture.ts';
import { cache, template } from './templates.ts';

const names = fc.constantFrom('Cache', 'Users', 'Key', 'constructor', '__proto__', 'AWS::NoValue', 'AWS::Region');
const properties = fc.constantFrom(...TABLES.flatMap(({ rows }) => rows.map(({ property }) => property)), '__proto__');

/** Values as templates have them: plain, or an intrinsic function with arguments that are right or wrong. */
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue({ maxDepth: 2 }),
    tie('intrinsic'),
    // What String and Number cannot convert.
    fc.constant({ toString: {}, valueOf: {} }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
  intrinsic: fc
    .tuple(
      fc.constantFrom(
        'Ref',
        'Fn::GetAtt',
        'Fn::Sub',
        'Fn::If',
        'Fn::Join',
        'Fn::FindInMap',
        'Fn::Transform',
        'Condition',
      ),
      fc.oneof(names, fc.array(fc.oneof(names, tie('value')), { maxLength: 3 }), tie('value')),
    )
    .map(([name, inner]) => ({ [name]: inner })),
}));

const resource = fc.record(
  {
    Type: fc.oneof(fc.constantFrom(...TABLES.map(({ type }) => type), 'AWS::CloudFormation::Stack'), fc.jsonValue()),
    Properties: fc.oneof(fc.dictionary(properties, value), fc.jsonValue()),
    UpdatePolicy: fc.oneof(
      fc.constant({ UseOnlineResharding: true }),
      fc.record({ UseOnlineResharding: value }),
      fc.jsonValue(),
    ),
    DeletionPolicy: fc.constantFrom('Retain', 'Snapshot', 1),
    UpdateReplacePolicy: fc.constantFrom('Retain', 'Snapshot', null),
    Condition: fc.oneof(names, fc.jsonValue()),
  },
  { requiredKeys: ['Type'] },
);
const section = fc.oneof(fc.dictionary(names, value), fc.jsonValue());
const anyTemplate = fc.record(
  {
    Resources: fc.oneof(fc.dictionary(fc.oneof(names, fc.constant('Fn::ForEach::Loop')), resource), fc.jsonValue()),
    Parameters: section,
    Mappings: section,
    Conditions: section,
    Transform: fc.oneof(fc.constantFrom('AWS::LanguageExtensions', ['Macro', 1]), fc.jsonValue()),
  },
  { requiredKeys: ['Resources'] },
);

function toldInEveryForm(plan: ReturnType<typeof planCloudFormation>): void {
  const judged = judgePlan(plan, []);
  expect(JSON.parse(planJson(judged))).toMatchObject({ verdict: judged.verdict });
  expect(planText(judged, { colour: false, unicode: false, columns: 80 })).toMatch(/^verdict {2}/m);
  expect(planMarkdown(judged)).toMatch(/^## /);
}

describe('two templates', () => {
  test('of any content are a plan that can be told in every form', () => {
    fc.assert(
      fc.property(anyTemplate, anyTemplate, (before, after) => toldInEveryForm(planCloudFormation(before, after))),
      { numRuns: 500 },
    );
  });

  test.each(
    TABLES.flatMap(({ type, rows }) => [...new Set(rows.map(({ property }) => property))].map((name) => [type, name])),
  )('%s of which %s is nothing that can be converted are a plan', (Type, name) => {
    const odd = { toString: {}, valueOf: {} };
    const of = (given: unknown) =>
      template({ Subject: { Type, Properties: { [name]: given }, UpdatePolicy: { UseOnlineResharding: true } } });
    for (const [before, after] of [
      [1, odd],
      [odd, 1],
      [odd, [odd]],
      [[odd], odd],
    ]) {
      toldInEveryForm(planCloudFormation(of(before), of(after)));
    }
  });

  test('of which one is anything at all are a plan with a problem', () => {
    const good = template({ Cache: cache() });
    fc.assert(
      fc.property(anyInput, (input) => {
        const plan = planCloudFormation(input(), good);
        expect(plan.problems.length).toBeGreaterThan(0);
        toldInEveryForm(plan);
      }),
      { numRuns: 200 },
    );
  });

  test('that are the same say nothing is lost', () => {
    fc.assert(
      fc.property(anyTemplate, (one) => {
        const { changes } = planCloudFormation(one, structuredClone(one));
        expect(changes.filter(({ effect }) => effect === 'data-loss')).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('with conditions that stand on each other many times over are compared at once', () => {
    const count = 60;
    const conditions = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `C${index}`,
        { 'Fn::And': [{ Condition: `C${(index + 1) % count}` }, { Condition: `C${(index + 2) % count}` }] },
      ]),
    );
    const of = (port: number) =>
      template({ Cache: cache({ Port: { 'Fn::If': ['C0', port, 6379] } }) }, { Conditions: conditions });
    expect(planCloudFormation(of(6380), of(6380)).changes).toEqual([]);
  });
});

test('a preview that is anything at all is a plan with a problem', () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const plan = planPulumi(input());
      expect(plan.problems.length).toBeGreaterThan(0);
      toldInEveryForm(plan);
    }),
    { numRuns: 200 },
  );
});

test('a text that is anything at all is a document or a problem, which does not quote it', () => {
  const secret = 'hunter2hunter2';
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.string().map((text) => `{"AuthToken":"${secret}"${text}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        parseDocument(text, 'deployed.json');
      } catch (error) {
        expect(error).toBeInstanceOf(ProblemError);
        expect(String(error)).not.toContain(secret);
      }
    }),
    { numRuns: 500 },
  );
});
