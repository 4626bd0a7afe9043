import { defineConfig } from 'vitest/config';

// Two projects: `unit` is pure and parallel; `lab` starts real servers, one file at a time, because a small machine
// that boots two labs at once measures its own scheduler.
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
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/**/*.lab.test.ts'],
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
