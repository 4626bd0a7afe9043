/** Starts a Pulumi program as the `pulumi` CLI's Node language host does: same loader, same arguments, same environment. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type EngineOptions, type Registered, startEngine } from './engine.ts';
import { RUN_PROGRAM, yaml } from './protocol.ts';

export const REPOSITORY_ROOT = resolve(import.meta.dirname, '../../..');

const TIME_LIMIT_MS = 60_000;

export interface ProgramRun {
  readonly exitCode: number | null;
  readonly resources: readonly Registered[];
  readonly stackOutputs: Record<string, unknown>;
  /** What `pulumi` would show as errors. */
  readonly errors: readonly string[];
  /** Standard output and error of the program's process. */
  readonly text: string;
}

interface ProjectFile {
  readonly main: string;
  readonly runtime: { readonly name: string; readonly options: { readonly typescript: boolean } };
  readonly config: Readonly<
    Record<string, { readonly type: string; readonly default: unknown; readonly description: string }>
  >;
}

export function projectFile(): ProjectFile {
  return yaml.load(readFileSync(join(REPOSITORY_ROOT, 'Pulumi.yaml'), 'utf8')) as ProjectFile;
}

/**
 * @param config what `pulumi config set` was given; the defaults of Pulumi.yaml are added, as the command adds them
 * @param main the program, instead of the one in Pulumi.yaml
 */
export async function runProgram(
  config: Record<string, unknown>,
  options: EngineOptions,
  main = projectFile().main,
): Promise<ProgramRun> {
  const engine = await startEngine(options);
  const { runtime, config: declared } = projectFile();
  const program = join(REPOSITORY_ROOT, main);
  const flags = {
    monitor: engine.address,
    engine: engine.address,
    organization: 'organization',
    project: 'redoubt',
    stack: 'test',
    pwd: dirname(program),
    parallel: '16',
    'root-directory': REPOSITORY_ROOT,
  };
  const commandLine = [
    RUN_PROGRAM,
    ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]),
    ...(options.preview ? ['--dry-run'] : []),
    basename(program),
  ];
  const child = spawn(process.execPath, commandLine, {
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(inWireForm({ ...defaultsOf(declared), ...config })),
      PULUMI_CONFIG_SECRET_KEYS: '[]',
      PULUMI_NODEJS_TYPESCRIPT: String(runtime.options.typescript),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIME_LIMIT_MS,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  try {
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, resources: engine.resources, stackOutputs: engine.stackOutputs(), errors: engine.errors, text };
  } finally {
    engine.stop();
  }
}

function defaultsOf(declared: ProjectFile['config']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(declared).map(([key, field]) => [key, field.default]));
}

/** Keys with the project's namespace, values as text: lists and flags as JSON. */
function inWireForm(config: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      `redoubt:${key}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
