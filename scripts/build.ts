/** Builds what is published: `npm run build` fills dist/ from lib/, bin/ and deployments/, with type declarations. */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runToTheEnd } from './bootstrap/run-to-the-end.mjs';

const root = resolve(import.meta.dirname, '..');

// A file whose source has gone must not be published for ever after.
rmSync(join(root, 'dist'), { recursive: true, force: true });
const compiler = join(root, 'node_modules', '.bin', 'tsc');
process.exitCode = await runToTheEnd(compiler, ['--project', 'tsconfig.build.json'], { cwd: root });
