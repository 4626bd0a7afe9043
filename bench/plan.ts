/** `redoubt plan` on two templates as a whole process, beside Node that only starts, in the same run. */
import { fileURLToPath } from 'node:url';
import { type Benchmark, median, milliseconds, spread, timed } from './measure.ts';

const RUNS = 15;
const TARGET_MS = 500;
const PROGRAM = fileURLToPath(new URL('../bin/redoubt.ts', import.meta.url));
const template = (when: string) =>
  fileURLToPath(new URL(`../test/plan/fixtures/cache.${when}.template.json`, import.meta.url));

export const plan: Benchmark = {
  name: 'plan',
  run: async () => {
    const planning: number[] = [];
    const starting: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const words = [PROGRAM, 'plan', '--before', template('before'), '--after', template('after')];
      const planned = await timed(process.execPath, words);
      if (!planned.output.includes('verdict'))
        throw new Error(`plan ended with ${planned.exitCode}:\n${planned.errors}`);
      planning.push(planned.wallMs);
      starting.push((await timed(process.execPath, ['--eval', ''])).wallMs);
    }
    const measured = median(planning);
    return [
      {
        what: '`redoubt plan` on two templates, whole process',
        measured: milliseconds(measured),
        target: `≤ ${milliseconds(TARGET_MS)}`,
        met: measured <= TARGET_MS,
        note: `${spread(planning)}; ${(measured / median(starting)).toFixed(1)} × Node that only starts`,
      },
    ];
  },
};
