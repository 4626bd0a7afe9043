/** Where the documents of `redoubt plan` come from: a file, or a commit. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { ProblemError } from '../lib/base/problem.ts';
import { parseDocument } from '../lib/plan/read.ts';
import type { CommandContext } from './context.ts';

const run = promisify(execFile);

/** Bytes that git may print; parseDocument says the rest. */
const OUTPUT_MAX = 128 * 1024 * 1024;

/** @throws ProblemError `PLAN_DOCUMENT_UNREADABLE`, `PLAN_DOCUMENT_NOT_IN_GIT`, and those of `parseDocument` */
export async function readDocument(name: string, context: CommandContext): Promise<unknown> {
  const [, revision, path] = /^git:([^:]+):(.+)$/s.exec(name) ?? [];
  const text =
    revision !== undefined && path !== undefined
      ? await fromGit({ revision, path }, context)
      : await fromFile(name, context);
  return parseDocument(text, name);
}

async function fromFile(path: string, { workingDirectory }: CommandContext): Promise<string> {
  try {
    return await readFile(resolve(workingDirectory, path), 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const message = `No document can be read at ${path} (${reason}). Give a file, or git:REVISION:PATH.`;
    throw new ProblemError({ code: 'PLAN_DOCUMENT_UNREADABLE', message }, { cause });
  }
}

interface Committed {
  readonly revision: string;
  /** From the root of the repository; `./PATH` from here, as git has it. */
  readonly path: string;
}

async function fromGit({ revision, path }: Committed, context: CommandContext): Promise<string> {
  try {
    const { stdout } = await run('git', ['show', '--no-textconv', '--end-of-options', `${revision}:${path}`], {
      cwd: context.workingDirectory,
      maxBuffer: OUTPUT_MAX,
      signal: context.interruption.signal,
    });
    return stdout;
  } catch (cause) {
    context.interruption.signal.throwIfAborted();
    const said = String((cause as { stderr?: unknown }).stderr ?? cause).trim();
    const message = `git has no ${path} at ${revision}: ${said}. Give a revision and a path from the root of the repository.`;
    throw new ProblemError({ code: 'PLAN_DOCUMENT_NOT_IN_GIT', message }, { cause });
  }
}
