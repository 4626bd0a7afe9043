/**
 * Bundles a function's handler and all it imports into one file, with esbuild. Used at synthesis in a checkout, and by
 * scripts/build.ts for the published package, which needs no esbuild.
 */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/** `index.mjs`, so that Lambda takes it for an ES module without a package.json. */
export const BUNDLE_FILE = 'index.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Libraries that are CommonJS call `require` for Node's own modules, which an ES module does not have. */
const REQUIRE =
  "import { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);";

/**
 * The same sources give the same bytes wherever the checkout is, so that a deployment changes only when the function does.
 * `@aws-sdk/*` is left out: Lambda's Node runtimes bring it (https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html).
 * `@azure/identity` is left out: it makes tokens for the other cloud.
 *
 * @param source folder with a `handler.ts` that exports `handler`
 * @param out folder that gets `index.mjs`; made when it is not there
 * @throws Error of esbuild, when something that is imported cannot be found
 */
export function writeBundle(source: string, out: string): void {
  // Not imported: whoever uses the published package has no esbuild and needs none. Constructs are made synchronously.
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [join(source, 'handler.ts')],
    outfile: join(out, BUNDLE_FILE),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['@aws-sdk/*', '@azure/identity'],
    banner: { js: REQUIRE },
    // Paths of this machine would stand in comments and in the names of wrappers.
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
}
