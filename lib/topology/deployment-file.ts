/** A deployment from a user's own file: a module whose default export is the deployment, or JSON. */
import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ProblemError } from '../base/problem.ts';
import type { Deployment } from './deployment.ts';
import { errorCodeOf, readJsonFile, reasonOf } from './input/read-file.ts';
import { parseDeployment } from './parse.ts';

export const DEPLOYMENT_FILE_EXTENSIONS = ['.ts', '.mts', '.js', '.mjs', '.json'] as const;

/** A module that waits longer than this while it is loaded waits for something that a description does not need. */
const MODULE_TIMEOUT_MS = 10_000;

/** https://nodejs.org/api/typescript.html: "v23.6.0, v22.18.0: Type stripping is enabled by default." */
const UNREAD_BY_NODE = /Unknown file extension "\.m?ts"/;
const NEEDS_NODE = `This Node (${process.version}) does not read TypeScript: use 22.18, 24 or newer, or write the deployment as .mjs or .json.`;

const ADVICE = 'Give the path of a deployment file, or the name of a shipped deployment (`redoubt list`).';

/** True for what looks like a path rather than the name of a shipped deployment. */
export function isDeploymentPath(nameOrPath: string): boolean {
  return /[/\\]/.test(nameOrPath) || isKnownExtension(extname(nameOrPath));
}

/**
 * A module is run, so that it can compute its deployment: load only files you trust.
 * @param signal ends the wait for a module that waits for something itself, with the signal's reason
 * @throws ProblemError `DEPLOYMENT_FILE_KIND`, `DEPLOYMENT_FILE_MISSING`, `DEPLOYMENT_FILE_UNREADABLE`,
 * `DEPLOYMENT_FILE_TOO_LARGE`, `DEPLOYMENT_FILE_NOT_JSON`, `DEPLOYMENT_MODULE_FAILED`, `DEPLOYMENT_MODULE_NO_DEFAULT`, or
 * every problem of the deployment in it
 */
export async function readDeploymentFile(path: string, signal?: AbortSignal): Promise<Deployment> {
  const result = parseDeployment(await contentOf(path, signal));
  if (!('problems' in result)) return result.deployment;
  throw new ProblemError(
    result.problems.map((problem) => ({ ...problem, message: `${problem.message} (In the deployment ${path}.)` })),
  );
}

async function contentOf(path: string, signal?: AbortSignal): Promise<unknown> {
  const extension = extname(path);
  if (extension === '.json') {
    return readJsonFile({ path, what: 'The deployment', code: 'DEPLOYMENT_FILE', advice: ADVICE });
  }
  if (isKnownExtension(extension)) return defaultExportOf(path, signal);
  const message = `The deployment ${path} ends in "${extension}": a deployment file ends in ${DEPLOYMENT_FILE_EXTENSIONS.join(', ')}.`;
  throw new ProblemError({ code: 'DEPLOYMENT_FILE_KIND', message });
}

async function defaultExportOf(path: string, signal?: AbortSignal): Promise<unknown> {
  await checkIsFile(path);
  const module = await importBounded(path, signal);
  if (Object.hasOwn(module, 'default')) return module.default;
  const message = `The deployment ${path} has no default export. Write \`export default { name, description, topology, budgets }\`.`;
  throw new ProblemError({ code: 'DEPLOYMENT_MODULE_NO_DEFAULT', message });
}

async function checkIsFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    const isMissing = errorCodeOf(error) === 'ENOENT';
    const what = isMissing ? 'does not exist' : `cannot be read (${reasonOf(error)})`;
    const code = isMissing ? 'DEPLOYMENT_FILE_MISSING' : 'DEPLOYMENT_FILE_UNREADABLE';
    throw new ProblemError({ code, message: `The deployment ${path} ${what}. ${ADVICE}` }, { cause: error });
  });
  if (found.isFile()) return;
  const message = `The deployment ${path} cannot be read (it is not a file). ${ADVICE}`;
  throw new ProblemError({ code: 'DEPLOYMENT_FILE_UNREADABLE', message });
}

async function importBounded(path: string, signal?: AbortSignal): Promise<{ readonly default?: unknown }> {
  signal?.throwIfAborted();
  const end = Promise.withResolvers<never>();
  const allowExit = refuseExit(end.reject);
  const timer = setTimeout(() => end.reject(new Error(`not loaded after ${MODULE_TIMEOUT_MS} ms`)), MODULE_TIMEOUT_MS);
  const onAbort = () => end.reject(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  try {
    return await Promise.race([import(pathToFileURL(resolve(path)).href), end.promise]);
  } catch (error) {
    signal?.throwIfAborted();
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'it threw something that is no error';
    const advice = UNREAD_BY_NODE.test(reason) ? NEEDS_NODE : 'Run it with Node to see where.';
    const message = `The deployment ${path} cannot be loaded (${reason}). ${advice}`;
    throw new ProblemError({ code: 'DEPLOYMENT_MODULE_FAILED', message }, { cause: error });
  } finally {
    allowExit();
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** A module that ends the process would end this command too, silently and with an exit code that means a verdict. */
function refuseExit(tell: (refusal: Error) => void): () => void {
  const { exit } = process;
  process.exit = (code) => {
    const refusal = new Error(`it ends the process itself, with process.exit(${code ?? ''})`);
    tell(refusal);
    throw refusal;
  };
  return () => {
    process.exit = exit;
  };
}

function isKnownExtension(extension: string): boolean {
  return DEPLOYMENT_FILE_EXTENSIONS.some((known) => known === extension);
}
