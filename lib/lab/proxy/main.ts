/**
 * The process that makes real redis-servers look like one of Azure Managed Redis' endpoints:
 *
 *   node main.ts CONFIG.json
 *
 * Prints `READY <port>` when clients may connect. SIGTERM and SIGINT end it: clients get a polite end, and it exits 0.
 * A configuration that is wrong ends it with 64, anything else that keeps it from starting with 70, sentences on stderr.
 */
import { EXIT } from '../../base/exit-codes.ts';
import { ProblemError, problemLine } from '../../base/problem.ts';
import { readProxyConfig } from './config.ts';
import { startProxy } from './proxy.ts';

async function main(path: string | undefined): Promise<void> {
  if (path === undefined) {
    const message = 'No configuration was given. Name one JSON file: node main.ts CONFIG.json.';
    throw new ProblemError({ code: 'PROXY_USAGE', message });
  }
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  const proxy = await startProxy(readProxyConfig(path));
  process.stdout.write(`READY ${proxy.port}\n`);
  await stopped;
  await proxy.close();
}

const USAGE_CODES = /^PROXY_(?:USAGE|CONFIG_|FILE_)/;

try {
  await main(process.argv[2]);
  process.exit(EXIT.pass);
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  for (const problem of error.problems) process.stderr.write(`${problemLine(problem)}\n`);
  process.exit(error.problems.some(({ code }) => USAGE_CODES.test(code)) ? EXIT.usage : EXIT.internal);
}
