#!/usr/bin/env node
// The command line. What it can do is in bin/commands, a file for each command; bin/program.ts puts them together.
import module from 'node:module';
import { EXIT } from '../lib/base/exit-codes.ts';
import { nodeVersionProblem } from '../lib/base/node-version.ts';
import { problemLine } from '../lib/base/problem.ts';

// Before anything that an old Node cannot even load: it would end with exit code 1, which is the verdict fail.
const tooOld = nodeVersionProblem(process.versions.node);
if (tooOld === undefined) await run();
else {
  process.stderr.write(`${problemLine(tooOld)}\n`);
  process.exitCode = EXIT.usage;
}

async function run(): Promise<void> {
  // Saves a third of the start; where the cache cannot be written, nothing happens.
  module.enableCompileCache();
  const { main } = await import('./program.ts');
  const exitCode = await main(process.argv.slice(2));
  // A connection or timer that was forgotten must not keep a command alive that has said its last word.
  process.stdout.write('', () => process.exit(exitCode));
}
