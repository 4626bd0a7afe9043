/** `redoubt verify` as a whole process against a six-node lab, beside Node that only loads ioredis, in the same run. */
import { fileURLToPath } from 'node:url';
import { deploymentNamed } from '../deployments/index.ts';
import { startLab } from '../lib/lab/start.ts';
import { type Benchmark, type Figure, median, milliseconds, spread, timed } from './measure.ts';

const RUNS = 9;
const TARGET_MS = 600;
const PROGRAM = fileURLToPath(new URL('../bin/redoubt.ts', import.meta.url));
const LOAD_IOREDIS = ['--input-type=module', '--eval', "import 'ioredis'"];

async function figureOf(deployment: string): Promise<Figure> {
  const { topology } = deploymentNamed(deployment);
  const lab = await startLab({ deployment, topology, detached: false });
  try {
    const verifying: number[] = [];
    const loading: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const verified = await timed(process.execPath, [PROGRAM, 'verify', '--profile', lab.profilePath]);
      if (verified.exitCode !== 0)
        throw new Error(`verify ended with ${verified.exitCode}:\n${verified.output}${verified.errors}`);
      verifying.push(verified.wallMs);
      loading.push((await timed(process.execPath, LOAD_IOREDIS)).wallMs);
    }
    const measured = median(verifying);
    return {
      what: `\`redoubt verify\`, whole process (${deployment})`,
      measured: milliseconds(measured),
      target: `≤ ${milliseconds(TARGET_MS)}`,
      met: measured <= TARGET_MS,
      note: `${spread(verifying)}; ${(measured / median(loading)).toFixed(1)} × Node that only loads ioredis`,
    };
  } finally {
    await lab.stop();
  }
}

export const verify: Benchmark = {
  name: 'verify',
  run: async () => [await figureOf('elasticache'), await figureOf('azure-oss')],
};
