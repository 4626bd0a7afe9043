import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundledFunctionCode, FUNCTION_HANDLER, FUNCTION_RUNTIME } from '../../../lib/aws/functions/bundle.ts';
import { writeBundle } from '../../../lib/aws/functions/write-bundle.ts';
import { problemsOf } from '../fixture.ts';

const GREETING = join(import.meta.dirname, 'greeting');
const ROOT = resolve(import.meta.dirname, '../../..');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redoubt-bundle-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** The files of the function's asset, as the synthesis leaves them. */
async function assetOf(functions: string, outdir: string): Promise<{ name: string; files: string[]; text: string }> {
  const app = new App({ analyticsReporting: false, outdir: join(folder, outdir) });
  new LambdaFunction(new Stack(app, 'Test'), 'Greeting', {
    code: bundledFunctionCode('greeting', functions),
    handler: FUNCTION_HANDLER,
    runtime: FUNCTION_RUNTIME,
  });
  app.synth();
  const [name = ''] = (await readdir(join(folder, outdir))).filter((entry) => entry.startsWith('asset.'));
  const files = await readdir(join(folder, outdir, name));
  return { name, files, text: await readFile(join(folder, outdir, name, 'index.mjs'), 'utf8') };
}

describe('a bundled function', () => {
  it('is one file that runs with nothing beside it but the SDK of the runtime', async () => {
    const { files, text } = await assetOf(import.meta.dirname, 'out');
    expect(files).toEqual(['index.mjs']);
    const alone = join(folder, 'lambda');
    await mkdir(join(alone, 'node_modules'), { recursive: true });
    await symlink(join(ROOT, 'node_modules/@aws-sdk'), join(alone, 'node_modules/@aws-sdk'));
    await writeFile(join(alone, 'index.mjs'), text);
    const { handler } = await import(join(alone, 'index.mjs'));
    expect(await handler({ name: 'you' })).toBe('HELLO_YOU: from eu-west-1');
    await expect(handler({})).rejects.toThrow(/name/);
  });

  it('leaves the SDK to the runtime and holds everything else', async () => {
    const { text } = await assetOf(import.meta.dirname, 'out');
    const imported = [...text.matchAll(/\bfrom ?["']([^"']+)["']/g)].map(([, specifier]) => specifier);
    expect(imported.filter((specifier) => !specifier?.startsWith('node:'))).toEqual(['@aws-sdk/client-elasticache']);
    expect(text).not.toContain(ROOT);
  });

  it('has the same asset hash wherever it is bundled', async () => {
    const first = await assetOf(import.meta.dirname, 'first');
    const second = await assetOf(import.meta.dirname, 'second');
    expect(second).toEqual(first);
    // Another folder, another process's working directory: only what the handler imports by path must stay where it is.
    await cp(GREETING, join(folder, 'functions/greeting'), { recursive: true });
    const copy = join(folder, 'functions/greeting/handler.ts');
    const moved = (await readFile(copy, 'utf8')).replace('../../../../lib', join(ROOT, 'lib'));
    await writeFile(copy, moved.replace("'zod'", `'${join(ROOT, 'node_modules/zod/index.js')}'`));
    writeBundle(join(folder, 'functions/greeting'), join(folder, 'third'));
    expect(digest(await readFile(join(folder, 'third/index.mjs'), 'utf8'))).toBe(digest(first.text));
  });

  it('that was built before is taken as it is', async () => {
    const prebuilt = join(folder, 'functions/greeting/bundle');
    await mkdir(prebuilt, { recursive: true });
    await writeFile(join(prebuilt, 'index.mjs'), 'export const handler = () => "prebuilt";\n');
    const { files, text } = await assetOf(join(folder, 'functions'), 'out');
    expect(files).toEqual(['index.mjs']);
    expect(text).toBe('export const handler = () => "prebuilt";\n');
  });

  it('that does not exist is refused with where it was looked for', () => {
    expect(problemsOf(() => bundledFunctionCode('nothing'))).toMatch(
      /AWS_FUNCTION_NOT_FOUND: .*lib\/aws\/functions\/nothing has neither/,
    );
  });

  it('whose imports cannot be found fails the synthesis', async () => {
    await mkdir(join(folder, 'functions/greeting'), { recursive: true });
    await writeFile(join(folder, 'functions/greeting/handler.ts'), "export { handler } from './gone.ts';\n");
    await expect(assetOf(join(folder, 'functions'), 'out')).rejects.toThrow(/Could not resolve "\.\/gone\.ts"/);
  });
});

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
