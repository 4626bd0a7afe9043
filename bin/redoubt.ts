#!/usr/bin/env node
// The command line. What it can do is in bin/commands, a file for each command; bin/program.ts puts them together.
import { enableCompileCache } from 'node:module';

// Saves a third of the start; where the cache cannot be written, nothing happens.
enableCompileCache();
const { main } = await import('./program.ts');
const exitCode = await main(process.argv.slice(2));
// A connection or timer that was forgotten must not keep a command alive that has said its last word.
process.stdout.write('', () => process.exit(exitCode));
