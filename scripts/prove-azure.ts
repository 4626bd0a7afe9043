/**
 * Deploys a stack of bin/azure.ts and proves it: pulumi up, the profile from its outputs, verify, drill. The Pulumi CLI and its
 * login are used as they are; verify and drill run here, so here must be inside the network (elsewhere: docs/azure.md).
 *
 *   npm run prove:azure -- STACK                                       the drill watches for ten minutes, disturbs nothing, and passes when nothing happens
 *   npm run prove:azure -- STACK --scenario access-key-toggle --i-mean DEPLOYMENT
 *   npm run prove:azure -- STACK --plan                                 says what it would run, and runs nothing
 *
 * Ends with 0 when all of it passed; with verify's or the drill's own code (1 failed, 2 could not be shown); 64 for wrong use; 70 when
 * `pulumi` is missing or fails.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { $ } from 'zx';
import { shellWord } from '../bin/shell.ts';
import { EXIT } from '../lib/base/exit-codes.ts';

const ROOT = resolve(import.meta.dirname, '..');
const REDOUBT = join(ROOT, 'bin/redoubt.ts');

interface Wanted {
  readonly stack: string;
  /** The drill asks Azure for something, and so must name the cluster. */
  readonly disturbs: boolean;
  readonly output: string;
  /** Arguments of `redoubt drill` that say what it does. */
  readonly drill: readonly string[];
  readonly plan: boolean;
}

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Appended when it runs: what an earlier step has written down. */
  readonly with?: { readonly option: string; readonly file: string };
  /** File that takes its standard output. Default: it is shown. */
  readonly into?: string;
  /** What to do when it fails. */
  readonly advice: string;
  /** Exit code of the whole when it fails. Default: its own. */
  readonly exitCode?: number;
}

function stepsOf({ stack, output, drill, disturbs }: Wanted): Step[] {
  const profile = join(output, 'profile.json');
  const clusterId = join(output, 'cluster-id');
  const cluster: Step = {
    name: 'cluster',
    command: ['pulumi', 'stack', 'output', 'clusterId', '--stack', stack, '--cwd', ROOT],
    into: clusterId,
    advice: 'The stack is deployed, and its outputs do not name the cluster. Is it a stack of bin/azure.ts?',
    exitCode: EXIT.internal,
  };
  return [
    {
      name: 'deploy',
      command: ['pulumi', 'up', '--stack', stack, '--yes', '--non-interactive', '--cwd', ROOT],
      advice: 'Nothing was verified. Read what Pulumi says above; `pulumi up` can be repeated.',
      exitCode: EXIT.internal,
    },
    {
      name: 'profile',
      command: ['node', REDOUBT, 'profile', '--from-pulumi', stack, '--cwd', ROOT],
      into: profile,
      advice: 'The stack is deployed, and its outputs hold no profile. Is it a stack of bin/azure.ts?',
    },
    {
      name: 'verify',
      command: ['node', REDOUBT, 'verify', '--profile', profile, '--report', `json=${join(output, 'verify.json')}`],
      advice:
        'The stack is deployed, and is not drilled. Is this machine inside its network, with an identity that is a user?',
    },
    ...(disturbs ? [cluster] : []),
    {
      name: 'drill',
      command: ['node', REDOUBT, 'drill', '--profile', profile, '--output', output, ...drill],
      ...(disturbs ? { with: { option: '--azure', file: clusterId } } : {}),
      advice: 'The stack is deployed and verified. The report says what the clients saw.',
    },
  ];
}

async function main(): Promise<number> {
  const wanted = wantedFrom(process.argv.slice(2));
  if (typeof wanted === 'string') {
    process.stderr.write(`PROVE_USAGE: ${wanted}\n`);
    return EXIT.usage;
  }
  const steps = stepsOf(wanted);
  if (wanted.plan) {
    for (const { name, command, into, with: more } of steps) {
      const read = more === undefined ? '' : ` ${more.option} "$(cat ${shellWord(more.file)})"`;
      process.stdout.write(`${name}: ${shown(command)}${read}${into === undefined ? '' : ` > ${shellWord(into)}`}\n`);
    }
    return EXIT.pass;
  }
  await mkdir(wanted.output, { recursive: true });
  for (const [index, step] of steps.entries()) {
    process.stderr.write(`${index + 1} of ${steps.length}, ${step.name}: ${shown(step.command)}\n`);
    const code = await run(step);
    if (code === EXIT.pass) continue;
    process.stderr.write(`PROVE_${step.name.toUpperCase()}_FAILED: ${step.name} ended with ${code}. ${step.advice}\n`);
    return step.exitCode ?? code;
  }
  process.stderr.write(`${wanted.stack} is deployed and proven. Reports: ${wanted.output}\n`);
  return EXIT.pass;
}

/** Its end, whatever it is; 127 where the program is not there. */
async function run({ command: words, into, with: more }: Step): Promise<number> {
  const read = more === undefined ? [] : [more.option, (await readFile(more.file, 'utf8')).trim()];
  const command = [...words, ...read];
  const stdio: ['ignore', 'inherit' | 'pipe', 'inherit'] = [
    'ignore',
    into === undefined ? 'inherit' : 'pipe',
    'inherit',
  ];
  const { exitCode, stdout } = await $({ nothrow: true, quiet: true, stdio })`${command}`;
  if (into !== undefined && exitCode === EXIT.pass) await writeFile(into, stdout, { mode: 0o600 });
  return exitCode ?? EXIT.internal;
}

function shown(command: readonly string[]): string {
  return command.map(shellWord).join(' ');
}

/** A text says what is wrong. */
function wantedFrom(args: readonly string[]): Wanted | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        plan: { type: 'boolean', default: false },
        scenario: { type: 'string' },
        'i-mean': { type: 'string' },
        watch: { type: 'string' },
        output: { type: 'string', default: 'redoubt-results' },
      },
    });
    const [stack, ...more] = positionals;
    if (stack === undefined || more.length > 0) return 'Name one stack: npm run prove:azure -- STACK [--plan].';
    const { scenario, watch, 'i-mean': iMean } = values;
    if (scenario !== undefined && watch !== undefined) return '--scenario disturbs and --watch does not. Choose one.';
    const what =
      scenario === undefined ? ['--watch-maintenance', watch ?? '10m', '--quiet-passes'] : ['--scenario', scenario];
    const drill = [...what, ...(iMean === undefined ? [] : ['--i-mean', iMean])];
    return { stack, output: resolve(values.output), drill, disturbs: scenario !== undefined, plan: values.plan };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

process.exitCode = await main();
