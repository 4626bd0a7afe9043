import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { failureOf, UsageError } from '../../bin/failure.ts';
import { EXIT } from '../../lib/base/exit-codes.ts';
import { ProblemError } from '../../lib/base/problem.ts';

test('a reader that goes away is not an error', async () => {
  const entry = resolve(import.meta.dirname, '../../bin/redoubt.ts');
  const child = spawn(process.execPath, [entry, 'list'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const exitCode = await new Promise((done) => child.once('close', done));
  expect(stderr).toBe('');
  expect(exitCode).toBe(EXIT.pass);
});

const PROBLEM = { code: 'PORT_TAKEN', message: 'Port 10000 is taken.' };

test('a problem of the input is a usage error, one on the way leaves the verdict unknown, anything else is a defect', () => {
  const quiet = { debug: false };
  expect(failureOf(new UsageError(PROBLEM), quiet)).toEqual({
    exitCode: EXIT.usage,
    lines: ['PORT_TAKEN: Port 10000 is taken.'],
  });
  expect(failureOf(new ProblemError(PROBLEM), quiet).exitCode).toBe(EXIT.unknown);
  expect(failureOf(new TypeError('x is undefined'), quiet).exitCode).toBe(EXIT.internal);
  expect(failureOf('thrown text', quiet).exitCode).toBe(EXIT.internal);
});

test('the place of an error is shown with --debug only, its causes too', () => {
  const error = new ProblemError(PROBLEM, { cause: new Error('EADDRINUSE') });
  expect(failureOf(error, { debug: false }).lines).toHaveLength(1);
  const told = failureOf(error, { debug: true }).lines.join('\n');
  expect(told).toContain('caused by Error: EADDRINUSE');
  expect(told).toMatch(/\n\s+at /);
});
