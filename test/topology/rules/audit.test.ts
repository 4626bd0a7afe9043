/** Every rule of the services has its place here, and every place is real: docs/rules.md cannot rot. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MANAGED_REDIS_RULES } from '../../../lib/azure/rules.ts';
import { AZURE_MANAGED_REDIS_RULES } from '../../../lib/topology/rules/azure-managed-redis.ts';
import { ELASTICACHE_RULES } from '../../../lib/topology/rules/elasticache.ts';
import { GLOBAL_SECONDARY_RULES } from '../../../lib/topology/rules/elasticache-global.ts';
import { SERVERLESS_RULES } from '../../../lib/topology/rules/elasticache-serverless.ts';
import { CASES as CLOUDFORMATION_CASES } from '../../plan/cloudformation-cases.ts';
import { CASES as PULUMI_CASES } from '../../plan/pulumi-cases.ts';
import { isShown } from '../../shown-by.ts';
import { REPOSITORY_ROOT } from '../../tidy/repository.ts';
import { type AuditedRule, SHOWN_IN_TEMPLATES } from './audit/audited-rule.ts';
import { AZURE_AUDIT } from './audit/azure-managed-redis.ts';
import { rulesDocument } from './audit/document.ts';
import { ELASTICACHE_AUDIT } from './audit/elasticache.ts';

const AUDIT = [...ELASTICACHE_AUDIT, ...AZURE_AUDIT];
const TABLES = {
  ELASTICACHE_RULES,
  SERVERLESS_RULES,
  GLOBAL_SECONDARY_RULES,
  AZURE_MANAGED_REDIS_RULES,
  MANAGED_REDIS_RULES,
};
const PLANNED = [CLOUDFORMATION_CASES, PULUMI_CASES].flatMap((cases) =>
  Object.values(cases)
    .flat()
    .map(({ code }) => code),
);

/** What is known to be missing; a row that is filled is taken off. */
const MISSING: readonly string[] = [];

const textOf = (path: string) => readFile(join(REPOSITORY_ROOT, path), 'utf8');
const numbered = (letter: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);

describe('the audit', () => {
  it('has every rule once, in order', () => {
    expect(AUDIT.map(({ id }) => id)).toEqual([...numbered('A', 33), ...numbered('Z', 25)]);
  });

  it.each(AUDIT)('$id has a code, a reason why it cannot be broken, or says that it is missing', (row) => {
    expect(holds(row)).toBe(row.missing === undefined);
  });

  it('names what is missing', () => {
    expect(AUDIT.filter(({ missing }) => missing !== undefined).map(({ id }) => id)).toEqual(MISSING);
  });

  it('names codes that there are', async () => {
    const refusing = Object.values(TABLES).flatMap((rules) => rules.map(({ code }) => code));
    expect(AUDIT.flatMap(({ refused = [] }) => refused).filter((code) => !refusing.includes(code))).toEqual([]);
    expect(AUDIT.flatMap(({ planned = [] }) => planned).filter((code) => !PLANNED.includes(code))).toEqual([]);
    const faults = await textOf('lib/control/azure/faults.ts');
    expect(AUDIT.flatMap(({ told = [] }) => told).filter((code) => !faults.includes(`'${code}'`))).toEqual([]);
  });

  it.each(Object.keys(TABLES))('has an example that keeps and one that breaks each rule of %s', async (table) => {
    // describeRules refuses a rule without examples; here it is seen that it is asked.
    const names = (await readdir(join(REPOSITORY_ROOT, 'test'), { recursive: true })).filter((name) =>
      name.endsWith('.test.ts'),
    );
    const texts = await Promise.all(names.map((name) => textOf(join('test', name))));
    expect(texts.filter((text) => text.includes(`describeRules(${table},`))).toHaveLength(1);
  });

  it.each(AUDIT.filter(({ impossible, told }) => impossible !== undefined || told !== undefined))(
    '$id is shown by a test',
    async ({ id, shownBy }) => {
      for (const place of shownBy ?? [`${SHOWN_IN_TEMPLATES} › ${id}: `]) {
        expect(await isShown(place), place).toBe(true);
      }
    },
  );

  it('is what docs/rules.md says', async () => {
    const document = rulesDocument([
      { title: 'ElastiCache', rows: ELASTICACHE_AUDIT },
      { title: 'Azure Managed Redis', rows: AZURE_AUDIT },
    ]);
    await expect(document).toMatchFileSnapshot(join(REPOSITORY_ROOT, 'docs/rules.md'));
  });
});

function holds({ refused = [], planned = [], told = [], impossible }: AuditedRule): boolean {
  return refused.length + planned.length + told.length > 0 || impossible !== undefined;
}
