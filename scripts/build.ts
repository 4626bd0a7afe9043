/**
 * Builds what is published: lib/, bin/ and deployments/ as JavaScript with type declarations.
 *
 *   npm run build                  into dist/
 *   npm run build -- --out FOLDER  elsewhere, which leaves the dist/ of somebody else's run alone
 */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runToTheEnd } from './bootstrap/run-to-the-end.mjs';

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } });
const out = resolve(values.out);

// A file whose source has gone must not be published for ever after.
rmSync(out, { recursive: true, force: true });
const compiler = join(root, 'node_modules', '.bin', 'tsc');
process.exitCode = await runToTheEnd(compiler, ['--project', 'tsconfig.build.json', '--outDir', out], { cwd: root });
