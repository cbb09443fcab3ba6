import { defineConfig } from 'vitest/config';

/** What a test that always moves and never ends is stopped by, in ms; every other failure is noticed by test/support/progress.ts. */
const FOR_EVER = 45 * 60_000;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/vscode/**', 'node_modules/**'],
    // A native backend loads once per process: a process for each file, as many as there are cores.
    pool: 'forks',
    maxWorkers: '100%',
    runner: './test/support/runner.ts',
    setupFiles: ['./test/support/places.ts'],
    testTimeout: FOR_EVER,
    hookTimeout: FOR_EVER,
  },
});
