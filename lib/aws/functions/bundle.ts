/**
 * The code of our Lambda functions. Each is a folder here with a `handler.ts`; its name is the folder's:
 *
 * ```ts
 * new Function(scope, 'Verify', { code: bundledFunctionCode('verify'), handler: FUNCTION_HANDLER, runtime: FUNCTION_RUNTIME });
 * ```
 *
 * In a checkout the handler is bundled while the stack is synthesised; the published package holds the bundles that
 * scripts/build.ts made.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { AssetHashType, DockerImage } from 'aws-cdk-lib/core';
import { ProblemError } from '../../base/problem.ts';
import { BUNDLE_FILE, writeBundle } from './write-bundle.ts';

/** What the bundles are made for. */
export const FUNCTION_RUNTIME: Runtime = Runtime.NODEJS_24_X;

/** The exported `handler` of the bundle. */
export const FUNCTION_HANDLER = 'index.handler';

/** Where a bundle of the published package is, in the function's folder. */
export const PREBUILT_FOLDER = 'bundle';

/**
 * @param name folder of the function in lib/aws/functions
 * @param functions where the folders are; default: here
 * @throws ProblemError `AWS_FUNCTION_NOT_FOUND`
 */
export function bundledFunctionCode(name: string, functions: string = import.meta.dirname): Code {
  const source = join(functions, name);
  const prebuilt = join(source, PREBUILT_FOLDER);
  if (existsSync(join(prebuilt, BUNDLE_FILE))) return Code.fromAsset(prebuilt);
  if (existsSync(join(source, 'handler.ts'))) return bundledAtSynthesis(source);
  const message = `There is no function ${name}: ${source} has neither a handler.ts nor a prebuilt ${PREBUILT_FOLDER}/${BUNDLE_FILE}. In a checkout give the name of a folder in lib/aws/functions; an installed package without it is broken, install it again.`;
  throw new ProblemError({ code: 'AWS_FUNCTION_NOT_FOUND', message });
}

function bundledAtSynthesis(source: string): Code {
  return Code.fromAsset(source, {
    // By what is deployed, not by the sources next to it, of which a bundle uses a few and many others.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Required, and never pulled: bundling here either works or throws.
      image: DockerImage.fromRegistry('not-used'),
      local: {
        tryBundle(out) {
          writeBundle(source, out);
          return true;
        },
      },
    },
  });
}
