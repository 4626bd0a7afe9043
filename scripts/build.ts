/**
 * Builds what is published: lib/, bin/ and deployments/ as JavaScript with type declarations, and the Lambda functions as
 * bundles that need no esbuild.
 *
 *   npm run build                  into dist/
 *   npm run build -- --out FOLDER  elsewhere, which leaves the dist/ of somebody else's run alone
 */
import { globSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeBundle } from '../lib/aws/functions/write-bundle.ts';
import { runToTheEnd } from './bootstrap/run-to-the-end.mjs';

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } });
const out = resolve(values.out);

// A file whose source has gone must not be published for ever after.
rmSync(out, { recursive: true, force: true });
const compiler = join(root, 'node_modules', '.bin', 'tsc');
process.exitCode = await runToTheEnd(compiler, ['--project', 'tsconfig.build.json', '--outDir', out], { cwd: root });
if (process.exitCode === 0) bundleFunctions();

/** Into the folder in which lib/aws/functions/bundle.ts looks; it cannot be asked, because it needs the CDK. */
function bundleFunctions(): void {
  for (const handler of globSync('lib/aws/functions/*/handler.ts', { cwd: root })) {
    writeBundle(join(root, dirname(handler)), join(out, dirname(handler), 'bundle'));
  }
}
