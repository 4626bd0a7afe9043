/** Who knows the CDK and reads only what an editor shows must find everything there. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

function parsed(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(resolve(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
}

function docOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .map((doc) => doc.getText())
    .join('\n');
}

/** The files that `redoubt/aws` exports from. */
const exporting = parsed('lib/aws/index.ts')
  .statements.filter(ts.isExportDeclaration)
  .map(({ moduleSpecifier }) => `lib/aws/${(moduleSpecifier as ts.StringLiteral).text.slice(2)}`);

const files = [
  ...exporting,
  'lib/aws/alarms.ts',
  'lib/topology/elasticache-input.ts',
  'lib/topology/elasticache-serverless-input.ts',
  'lib/topology/azure-managed-redis-input.ts',
  'lib/topology/deployment.ts',
].map(parsed);

const statements = files.flatMap(({ statements: all }) => [...all]);
const constructs = statements.filter(ts.isClassDeclaration).map((node) => [node.name?.text ?? '', node] as const);
const options = statements
  .filter(ts.isInterfaceDeclaration)
  .filter((node) => node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true)
  .flatMap((node) => node.members.filter(ts.isPropertySignature).map((field) => ({ owner: node.name.text, field })))
  .map(({ owner, field }) => [`${owner}.${field.name.getText()}`, field] as const);

describe('a construct', () => {
  it.each(constructs)('%s says what it is for where an editor shows it', (_name, node) => {
    expect(docOf(node).replace(/@throws.*/s, '')).toMatch(/[A-Z][^.]{20,}\./);
  });

  it.each(constructs.filter(([, node]) => /throwIfProblems|new ProblemError/.test(node.getText())))(
    '%s says what it throws',
    (_name, node) => {
      expect(docOf(node)).toContain('@throws ProblemError ');
    },
  );

  it('is among those that were looked at', () => {
    expect(constructs.map(([name]) => name)).toEqual(
      expect.arrayContaining(['ElastiCacheCluster', 'ElastiCacheAlarms', 'ServerlessCache', 'VerifiedDeployment']),
    );
  });
});

describe('an option', () => {
  /** What its name and type say already. */
  const PLAIN = /\.(platform|kind|topology|dayOfWeek)$/;

  it.each(options.filter(([name]) => !PLAIN.test(name)))('%s says what it is', (_name, field) => {
    expect(docOf(field)).toMatch(/\w/);
  });

  it.each(options.filter(([, field]) => field.questionToken !== undefined))('%s says its default', (_name, field) => {
    expect(docOf(field)).toMatch(/[Dd]efault/);
  });

  it('names no file of this project, which nobody who installed it has', () => {
    for (const [name, field] of options) expect(docOf(field), name).not.toMatch(/\b[a-z-]+\.ts\b|docs\/adr/);
    for (const [name, node] of constructs) expect(docOf(node), name).not.toMatch(/\b[a-z-]+\.ts\b|docs\/adr/);
  });

  it('is among those that were looked at', () => {
    expect(options.length).toBeGreaterThan(90);
  });
});
