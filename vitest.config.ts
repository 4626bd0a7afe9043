import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Two projects: `unit` is pure and parallel; `lab` starts real servers. Those wait for most of their time, so two files at a time
// fit on two cores; more would measure the machine's own scheduler.
const LABS_AT_ONCE = availableParallelism() > 1 ? 2 : 1;

export default defineConfig({
  test: {
    // A snapshot is never made in passing, here or in CI: `npm run test:unit -- -u` says that it is wanted.
    update: 'none',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.lab.test.ts'],
          // A bound on what hangs. How long a property of a hundred inputs takes is the machine's affair.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/**/*.lab.test.ts'],
          maxWorkers: LABS_AT_ONCE,
          // Processes of a loaded machine: what a test waits for has bounds of its own.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
