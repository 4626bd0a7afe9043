/**
 * Every figure that the README quotes, measured in one run: `npm run bench`, or `npm run bench -- verify lab-boot` for some.
 * Prints a Markdown table. Exits 1 when a target is missed.
 */
import { cpus } from 'node:os';
import { findRedisServer, formatRedisServerVersion } from '../lib/lab/redis-binary.ts';
import { labBoot } from './lab-boot.ts';
import { loadGenerator } from './load-generator.ts';
import { maintenance } from './maintenance.ts';
import { type Benchmark, type Figure, table } from './measure.ts';
import { plan } from './plan.ts';
import { synth } from './synth.ts';
import { verify } from './verify.ts';

const BENCHMARKS: readonly Benchmark[] = [labBoot, verify, plan, synth, loadGenerator, maintenance];

const wanted = process.argv.slice(2);
const strange = wanted.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
if (strange.length > 0) {
  const names = BENCHMARKS.map(({ name }) => name).join(', ');
  console.error(`BENCHMARK_UNKNOWN: There is no benchmark ${strange.join(', ')}; allowed: ${names}.`);
  process.exit(64);
}
const server = await findRedisServer(process.env);
console.log(
  `${server.kind} ${formatRedisServerVersion(server.version)}, Node ${process.version}, ${cpus().length} cores\n`,
);
const figures: Figure[] = [];
for (const benchmark of BENCHMARKS) {
  if (wanted.length > 0 && !wanted.includes(benchmark.name)) continue;
  console.error(`measuring ${benchmark.name}`);
  figures.push(...(await benchmark.run()));
}
console.log(table(figures));
process.exitCode = figures.every(({ met }) => met) ? 0 : 1;
