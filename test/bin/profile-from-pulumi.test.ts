import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../lib/base/exit-codes.ts';
import { azure, profileOf } from '../profile/fixture.ts';
import { redoubt } from './program.ts';

const PROFILE = profileOf(azure('OSSCluster'));

let directory = '';
let path = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redoubt-pulumi-'));
  await writeFile(join(directory, 'outputs.json'), JSON.stringify({ hostName: 'x', profile: PROFILE }));
  await writeFile(join(directory, 'other.json'), JSON.stringify({ hostName: 'x' }));
  // Stands for the CLI: keeps what it was called with, and answers by the stack's name.
  const standIn = `#!${process.execPath}
    const { readFileSync, writeFileSync } = require('node:fs');
    const words = process.argv.slice(2);
    writeFileSync(${JSON.stringify(join(directory, 'called.json'))}, JSON.stringify({ words, cwd: process.cwd() }));
    const stack = words.at(-1).replace('--stack=', '');
    if (stack === 'prod') process.stdout.write(readFileSync(${JSON.stringify(join(directory, 'outputs.json'))}));
    else if (stack === 'empty') process.stdout.write('{}');
    else if (stack === 'nobody') { console.error('error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions'); process.exitCode = 255; }
    else { console.error("error: no stack named '" + stack + "' found"); process.exitCode = 255; }
  `;
  await writeFile(join(directory, 'pulumi'), standIn);
  await chmod(join(directory, 'pulumi'), 0o755);
  path = `${directory}:${process.env.PATH ?? ''}`;
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const profile = (words: string[], PATH = path) =>
  redoubt(['profile', ...words], { workingDirectory: directory, environment: { PATH } });

describe('redoubt profile --from-pulumi', () => {
  test('rebuilds the profile from what the CLI prints', async () => {
    const ended = await profile(['--from-pulumi', 'prod']);
    expect(ended.stderr).toBe('');
    expect(ended.exitCode).toBe(EXIT.pass);
    expect(JSON.parse(ended.stdout)).toEqual(PROFILE);
  });

  test('calls it without a shell, in the directory that is named', async () => {
    await profile(['--from-pulumi', '$(touch x); prod', '--cwd', tmpdir()]);
    const called = JSON.parse(await readFile(join(directory, 'called.json'), 'utf8'));
    expect(called.words).toEqual(['stack', 'output', '--json', '--non-interactive', '--stack=$(touch x); prod']);
    expect(called.cwd).toBe(tmpdir());
  });

  test('reads a file instead, without the CLI', async () => {
    const ended = await profile(['--from-pulumi', 'prod', '--outputs-file', 'outputs.json'], '/nonexistent');
    expect(JSON.parse(ended.stdout)).toEqual(PROFILE);
  });

  test('reads the output that is named', async () => {
    await writeFile(join(directory, 'named.json'), JSON.stringify({ cache: PROFILE }));
    const ended = await profile(['--from-pulumi', 'prod', '--outputs-file', 'named.json', '--output', 'cache']);
    expect(JSON.parse(ended.stdout)).toEqual(PROFILE);
  });

  test.each<[string, string[], number, RegExp, string?]>([
    [
      'no CLI',
      ['--from-pulumi', 'prod'],
      EXIT.unknown,
      /PULUMI_MISSING: .*docs\/install.*--outputs-file/,
      '/nonexistent',
    ],
    [
      'a stack that is not there',
      ['--from-pulumi', 'dev'],
      EXIT.usage,
      /PULUMI_STACK_NOT_FOUND: .*no stack named 'dev'/,
    ],
    ['no login', ['--from-pulumi', 'nobody'], EXIT.unknown, /PULUMI_FAILED: .*PULUMI_ACCESS_TOKEN.*pulumi login/],
    [
      'a stack that was never deployed',
      ['--from-pulumi', 'empty'],
      EXIT.usage,
      /PULUMI_OUTPUT_MISSING profile: .*was it deployed/,
    ],
    ['a directory that is not there', ['--from-pulumi', 'prod', '--cwd', 'no'], EXIT.usage, /PULUMI_DIRECTORY_MISSING/],
    [
      'a file without a profile',
      ['--from-pulumi', 'prod', '--outputs-file', 'other.json'],
      EXIT.usage,
      /OUTPUT_MISSING/,
    ],
  ])('says in one sentence: %s', async (_title, words, exitCode, sentence, search) => {
    const ended = await profile(words, search);
    expect(ended.stderr).toMatch(sentence);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended).toMatchObject({ exitCode, stdout: '' });
  });
});
