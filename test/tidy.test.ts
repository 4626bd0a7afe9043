/** The repository's own text, held to the habits that a linter does not know. Each rule is also shown a text that breaks it. */
import { describe, expect, test } from 'vitest';
import { BANNED_TEXTS, bannedTexts, tooLong } from './tidy/banned.ts';
import { importsOf, misplacedImports } from './tidy/imports.ts';
import { foldersBelow, sourceFiles } from './tidy/repository.ts';

const files = sourceFiles();
const programs = files.filter(({ path }) => /\.(ts|mjs)$/.test(path));

describe('the repository', () => {
  test('is really being read', () => {
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['package-lock.json', '.ci/run', 'lib/base/problem.ts', 'docs/map.md']),
    );
  });

  test('has no banned text', () => {
    expect(files.flatMap(bannedTexts)).toEqual([]);
  });

  test('has no file with more than one subject', () => {
    expect(files.flatMap(tooLong)).toEqual([]);
  });

  test('imports only from the left of the story', () => {
    expect(programs.flatMap(misplacedImports)).toEqual([]);
  });

  test('spells imports as the files are named', () => {
    const wrong = programs.flatMap(({ path, text }) =>
      importsOf(text)
        .filter(({ specifier }) => specifier.startsWith('.') && !/\.(ts|mjs|json)$/.test(specifier))
        .map(({ specifier }) => `${path}: '${specifier}' -> write the ending, .ts`),
    );
    expect(wrong).toEqual([]);
  });

  test('has a map with a line for every folder of lib, and no line for a folder that is gone', () => {
    const map = files.find(({ path }) => path === 'docs/map.md')?.text ?? '';
    const listed = [...map.matchAll(/^\| `(lib\/[^`]+)\/`/gm)].map(([, folder]) => folder);
    expect(listed.toSorted()).toEqual(foldersBelow('lib').toSorted());
  });
});

describe('the rules see what they forbid', () => {
  test.each([
    ['lib/client/a.ts', 'tls: { rejectUnauthorized: false }'],
    ['.ci/run', 'pkill -f redis-server'],
    ['lib/lab/a.ts', 'console.log("here")'],
    ['test/a.test.ts', "test.skip('later', () => {})"],
    ['docs/a.md', 'FIXME: say more'],
    ['package.json', '"registry": "https://registry.' + 'npmjs.org"'],
    ['package-lock.json', '      "resolved": "https://example.com/a.tgz",'],
    ['lib/lab/a.ts', "const path = '/home/someone/redis'"],
    ['lib/aws/a.ts', "import { Stack } from 'aws-cdk-lib';"],
    ['bin/aws.ts', "const { App } = await import('aws-cdk-lib');"],
  ])('banned in %s: %s', (path, text) => {
    expect(bannedTexts({ path, text })).toHaveLength(1);
  });

  test('and every ban is among those', () => {
    expect(BANNED_TEXTS).toHaveLength(9);
  });

  test.each([
    ['lib/report/text.ts', 'console.log(text)'],
    ['bin/redoubt.ts', 'console.log(text)'],
    ['lib/lab/proxy/main.ts', "console.log('READY')"],
    ['.ci/run', 'mktemp /tmp/a.XXXXXX'],
    ['test/a.test.ts', "test('a', ({ skip }) => skip('no network'))"],
    ['lib/aws/a.ts', " * import { Stack } from 'aws-cdk-lib';"],
    ['lib/aws/a.ts', "import { Stack } from 'aws-cdk-lib/core';"],
    ['test/aws/a.test.ts', "import { Stack } from 'aws-cdk-lib';"],
  ])('not banned in %s: %s', (path, text) => {
    expect(bannedTexts({ path, text })).toEqual([]);
  });

  test('a file that is too long', () => {
    expect(tooLong({ path: 'lib/lab/a.ts', text: 'x\n'.repeat(401) })).toHaveLength(1);
    expect(tooLong({ path: 'lib/lab/a.ts', text: 'x\n'.repeat(400) })).toEqual([]);
  });

  test.each([
    ['lib/base/a.ts', "import { a } from '../topology/a.ts'"],
    ['lib/profile/a.ts', "import { a } from '../lab/a.ts'"],
    ['lib/client/a.ts', "export { a } from '../verify/a.ts'"],
    ['lib/drill/a.ts', "import { a } from '../lab/a.ts'"],
    ['lib/drill/a.ts', "import {\n  a,\n  b,\n} from '../lab/a.ts'"],
    ['lib/report/a.ts', "const a = await import('../drill/a.ts')"],
    ['lib/verify/checks/a.ts', "import '../../drill/a.ts'"],
    ['lib/lab/a.ts', "import { a } from '../../bin/a.ts'"],
    ['lib/novel/a.ts', ''],
  ])('misplaced in %s: %s', (path, text) => {
    expect(misplacedImports({ path, text })).toHaveLength(1);
  });

  test.each([
    ['lib/lab/a.ts', "import { a } from '../profile/a.ts'"],
    ['lib/drill/a.ts', "import type { A } from '../lab/a.ts'"],
    ['lib/drill/targets/a.ts', "import { a } from '../../lab/a.ts'"],
    ['lib/report/a.ts', "import { OLD_NODE_MODES } from '../lab/lab.ts'"],
    ['lib/drill/judge/a.ts', "import type { A } from '../../report/report.ts'"],
    ['lib/verify/checks/a.ts', "import { a } from '../run.ts'"],
    ['lib/index.ts', "export { a } from './lab/a.ts'"],
    ['bin/redoubt.ts', "import { a } from '../lib/report/a.ts'"],
  ])('rightly placed in %s: %s', (path, text) => {
    expect(misplacedImports({ path, text })).toEqual([]);
  });
});
