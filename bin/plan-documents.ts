/** Where the documents of `redoubt plan` come from: a file, a commit, or a stack that is deployed. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { ProblemError } from '../lib/base/problem.ts';
import { parseDocument } from '../lib/plan/read.ts';
import type { CommandContext } from './context.ts';
import { asInput, UsageError } from './failure.ts';

const run = promisify(execFile);

/** Bytes that git may print; parseDocument says the rest. */
const OUTPUT_MAX = 128 * 1024 * 1024;

/**
 * @throws UsageError `PLAN_DOCUMENT_UNREADABLE`, `PLAN_DOCUMENT_NOT_IN_GIT`, `PLAN_STACK_NAME_MISSING`, and those of
 * `parseDocument`
 * @throws ProblemError those of `deployedTemplate`
 */
export async function readDocument(name: string, context: CommandContext): Promise<unknown> {
  if (name.startsWith('stack:')) {
    const template = await fromStack(name, context);
    return asInput(() => parseDocument(template, name, OF_A_STACK));
  }
  return asInput(async () => parseDocument(await textOf(name, context), name));
}

const OF_A_STACK =
  'The stack was deployed from that text. Turn it into JSON (cfn-flip does) and give the file, or deploy once from cdk.out/STACK.template.json.';

function textOf(name: string, context: CommandContext): Promise<string> {
  const [, revision, path] = /^git:([^:]+):(.+)$/s.exec(name) ?? [];
  return revision !== undefined && path !== undefined ? fromGit({ revision, path }, context) : fromFile(name, context);
}

async function fromStack(document: string, context: CommandContext): Promise<string> {
  const [, name, region] = /^stack:([^@\s]+)(?:@([^@\s]+))?$/.exec(document) ?? [];
  if (name === undefined) {
    const message = `${document} names no stack. Write stack:NAME, or stack:NAME@REGION, for example stack:redoubt-sessions@eu-west-1.`;
    throw new UsageError({ code: 'PLAN_STACK_NAME_MISSING', message });
  }
  const { deployedTemplate } = await import('./cloudformation.ts');
  return deployedTemplate({ name, region }, context);
}

async function fromFile(path: string, { workingDirectory }: CommandContext): Promise<string> {
  try {
    return await readFile(resolve(workingDirectory, path), 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const message = `No document can be read at ${path} (${reason}). Give a file, git:REVISION:PATH, or stack:NAME.`;
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
