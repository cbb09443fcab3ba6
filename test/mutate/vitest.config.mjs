import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The quick tests, and the simulated worlds, which are the tests of the run folder's code. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: [
      ...['vae', 'latent', 'trace', 'runs', 'endpoint', 'datasets', 'images', 'columns'].map(
        (name) => `test/${name}/**/*.test.ts`,
      ),
      'test/faults/*.test.ts',
      'test/faults/simulate/*.test.ts',
    ],
    exclude: ['test/!(faults)/**/*.slow.test.ts', 'test/faults/*.slow.test.ts'],
    // As in the tests themselves: a busy machine is no failure. A mutant that never ends is stopped by StrykerJS.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    runner: './test/support/runner.ts',
    setupFiles: ['./test/support/places.ts'],
  },
});
