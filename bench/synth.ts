/**
 * `cdk synth` of the ElastiCache deployment as whole processes, beside a bare app with the same resources, in turns. The
 * CLI's own time is in both; the apps alone are shown for comparison, because it hides what they cost. Most of either is
 * CloudFormation's own validation of the template, which the CDK runs at synth.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Benchmark, type Figure, median, milliseconds, spread, timed } from './measure.ts';

const RUNS = 9;
const TARGET_RATIO = 1.3;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
/** The bare app has the resources of the first stack only. */
const CONTEXT = { verify: 'false' };
const APPS = { ours: 'bin/aws.ts', bare: 'bench/bare-app.ts' } as const;

type Name = keyof typeof APPS;

async function synthesise(name: Name, directory: string, withCli: boolean): Promise<number> {
  const output = join(directory, `${name}.out`);
  const words = withCli
    ? [CDK, 'synth', '--quiet', '--app', `node ${APPS[name]}`, '-c', 'verify=false', '--output', output]
    : [APPS[name]];
  const env = {
    ...process.env,
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    CDK_OUTDIR: output,
    CDK_CONTEXT_JSON: JSON.stringify(CONTEXT),
    BARE_APP_TEMPLATES: join(directory, 'ours.out'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const { exitCode, wallMs, output: said, errors } = await timed(process.execPath, words, { cwd: ROOT, env });
  if (exitCode !== 0) throw new Error(`${APPS[name]} ended with ${exitCode}:\n${said}${errors}`);
  return wallMs;
}

async function figureOf(what: string, directory: string, withCli: boolean): Promise<Figure> {
  const times: Record<Name, number[]> = { ours: [], bare: [] };
  for (let run = 0; run < RUNS; run += 1) {
    times.ours.push(await synthesise('ours', directory, withCli));
    times.bare.push(await synthesise('bare', directory, withCli));
  }
  // Pair by pair: what else the machine does meanwhile weighs on both of a pair.
  const ratio = median(times.ours.map((ours, run) => ours / (times.bare[run] as number)));
  return {
    what,
    measured: `${ratio.toFixed(2)} ×`,
    target: withCli ? `≤ ${TARGET_RATIO} × a bare app` : '',
    met: !withCli || ratio <= TARGET_RATIO,
    note: `${milliseconds(median(times.ours))} to ${milliseconds(median(times.bare))}; ours: ${spread(times.ours)}`,
  };
}

export const synth: Benchmark = {
  name: 'synth',
  run: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'redoubt-synth-bench-'));
    try {
      return [
        await figureOf('`cdk synth` of the ElastiCache deployment', directory, true),
        await figureOf('the app of it alone, without the CLI', directory, false),
      ];
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};
