import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/vscode/**', 'node_modules/**'],
    // A native backend loads once per process: a process for each file, as many as there are cores.
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A browser beside other tests on two cores may be slow; its own second would be too short.
    expect: { poll: { timeout: 30_000 } },
  },
});
