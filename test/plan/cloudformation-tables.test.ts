import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { planCloudFormation } from '../../lib/plan/cloudformation/compare.ts';
import { TABLES } from '../../lib/plan/cloudformation/tables.ts';
import { CASES, type Case } from './cloudformation-cases.ts';
import { cache, type Properties, template } from './templates.ts';

function planOf(type: string, { property, before, after, with: both, afterWith, updatePolicy, defaults }: Case) {
  const subject = (properties: Properties, value: unknown) => ({
    Type: type,
    Properties: { ...both, ...properties, ...(value === undefined ? {} : { [property]: value }) },
    ...(updatePolicy === undefined ? {} : { UpdatePolicy: updatePolicy }),
  });
  // Keys and secrets are judged where a cache refers to them.
  const user = cache({ NotificationTopicArn: { 'Fn::GetAtt': ['Subject', 'Arn'] } });
  const parameters = (Default: unknown) =>
    Default === undefined ? {} : { Parameters: { P: { Type: 'String', Default } } };
  return planCloudFormation(
    template({ Subject: subject({}, before), User: user }, parameters(defaults?.[0])),
    template({ Subject: subject(afterWith ?? {}, after), User: user }, parameters(defaults?.[1])),
  );
}

const rows = Object.entries(CASES).flatMap(([type, cases]) => cases.map((one) => ({ type, ...one })));

describe('every row of the tables', () => {
  test.each(rows)('$type $property: $code is $effect', ({ type, ...one }) => {
    const { changes, problems } = planOf(type, one);
    const found = changes.find(({ code }) => code === one.code);
    expect(changes.map(({ code }) => code)).toContain(one.code);
    expect(problems).toEqual([]);
    expect(found).toMatchObject({ resource: 'Subject', type, effect: one.effect });
    expect(found?.acknowledgement.startsWith(`Subject.${one.property}`)).toBe(true);
  });

  test('has its case, and no case is without a row', () => {
    for (const table of TABLES) {
      const cased = (CASES[table.type] ?? []).map(({ code }) => code).toSorted();
      expect(table.rows.map(({ code }) => code).toSorted()).toEqual(cased);
    }
  });

  test('has a code of its own, a sentence and an address', () => {
    const all = TABLES.flatMap((table) => table.rows);
    const codes = all.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const { code, message, source, effect, alternative } of all) {
      expect(code).toMatch(/^[A-Z]{2}(_[A-Z]+)+$/);
      expect(message).toMatch(/[.]$|["]$/);
      expect(source).toMatch(/^https:\/\//);
      // Where something is lost or refused, the reader is told what to do instead.
      if (effect === 'data-loss' || effect === 'refused') expect(alternative, code).toMatch(/[.]$/);
    }
  });
});

interface Specified {
  readonly causesReplacement?: 'yes' | 'no' | 'maybe';
}

interface SpecifiedResource {
  readonly cloudFormationType: string;
  readonly properties: Readonly<Record<string, Specified>>;
}

/** The resource specification that the pinned CDK command line carries. */
async function specification(): Promise<Map<string, SpecifiedResource>> {
  const packed = await readFile(new URL('../../node_modules/aws-cdk/db.json.gz', import.meta.url));
  const { schema } = JSON.parse(String(await promisify(gunzip)(packed)));
  return new Map(schema.resource.entities.map((entity: SpecifiedResource) => [entity.cloudFormationType, entity]));
}

describe('the tables and the resource specification', () => {
  test('know the same properties, agree on what replaces, and leave no property without a last row', async () => {
    const specified = await specification();
    for (const { type, rows: table } of TABLES) {
      const properties = Object.entries(specified.get(type)?.properties ?? {});
      const known = new Set(table.map(({ property }) => property.split('.')[0]));
      expect([...known].toSorted(), type).toEqual(properties.map(([name]) => name).toSorted());
      for (const [name, { causesReplacement = 'no' }] of properties) {
        const ofName = table.filter(({ property }) => property === name);
        expect(ofName.at(-1)?.when, `${type}.${name}`).toBeUndefined();
        const replacing = new Set(ofName.map(({ replaces }) => replaces === true));
        const expected = { yes: [true], no: [false], maybe: [true, false] }[causesReplacement];
        expect(replacing, `${type}.${name}`).toEqual(new Set(expected));
      }
    }
  });
});
