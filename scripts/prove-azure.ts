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
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { shellWord } from '../bin/shell.ts';
import { EXIT } from '../lib/base/exit-codes.ts';
import { intoFile, planText, prove, type Step } from './prove/steps.ts';

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

function stepsOf({ stack, output, drill, disturbs }: Wanted): Step[] {
  const profile = join(output, 'profile.json');
  const clusterId = join(output, 'cluster-id');
  const cluster: Step = {
    name: 'cluster',
    command: ['pulumi', 'stack', 'output', 'clusterId', '--stack', stack, '--cwd', ROOT],
    ...intoFile(clusterId),
    advice: 'The stack is deployed, and its outputs do not name the cluster. Is it a stack of bin/azure.ts?',
    exitCode: EXIT.internal,
  };
  const drillCommand = ['node', REDOUBT, 'drill', '--profile', profile, '--output', output, ...drill];
  const onCluster: Pick<Step, 'planEnding' | 'commandNow'> = {
    planEnding: `--azure "$(cat ${shellWord(clusterId)})"`,
    commandNow: async () => [...drillCommand, '--azure', (await readFile(clusterId, 'utf8')).trim()],
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
      ...intoFile(profile),
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
      command: drillCommand,
      ...(disturbs ? onCluster : {}),
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
    process.stdout.write(planText(steps));
    return EXIT.pass;
  }
  await mkdir(wanted.output, { recursive: true });
  const code = await prove(steps, { stdin: 'ignore', environment: process.env });
  if (code !== EXIT.pass) return code;
  process.stderr.write(`${wanted.stack} is deployed and proven. Reports: ${wanted.output}\n`);
  return EXIT.pass;
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
