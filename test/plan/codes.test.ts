import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { GENERAL as CLOUDFORMATION, TABLES as CLOUDFORMATION_TABLES } from '../../lib/plan/cloudformation/tables.ts';
import { GENERAL as PULUMI, TABLES as PULUMI_TABLES } from '../../lib/plan/pulumi/tables.ts';
import type { Outcome } from '../../lib/plan/row.ts';

const outcomes: readonly Outcome[] = [
  ...Object.values(CLOUDFORMATION),
  ...CLOUDFORMATION_TABLES.flatMap(({ deleted, retained }) => [deleted, ...(retained === undefined ? [] : [retained])]),
  ...Object.values(PULUMI),
  ...PULUMI_TABLES.flatMap(({ deleted, replaced }) => [deleted, replaced]),
];

test('every effect that stands outside the tables has a test that names it', async () => {
  const files = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.test.ts'));
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, import.meta.url), 'utf8')));
  const unnamed = outcomes.filter(({ code }) => !texts.some((text) => text.includes(`'${code}'`)));
  expect(unnamed.map(({ code }) => code)).toEqual([]);
});

test('every effect that stands outside the tables has a sentence and an address', () => {
  for (const { code, message, source } of outcomes) {
    expect(code).toMatch(/^[A-Z]{2}(_[A-Z]+)+$/);
    expect(message).toMatch(/\.$/);
    expect(source).toMatch(/^https:\/\//);
  }
});
