/**
 * Some of the tests, without the linter and the compiler:
 *
 *   npm run test:unit -- topology         what needs no server; test files whose path contains this
 *   npm run test:lab -- proxy             what starts real servers
 */
import { runVitest } from './test/run-vitest.ts';

process.exitCode = await runVitest(process.argv.slice(2));
