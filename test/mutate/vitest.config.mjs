import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The quick tests, and the simulated worlds, which are the tests of the run folder's code. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/**/*.test.ts', 'test/faults/simulate/*.test.ts'],
    exclude: [
      'test/vscode/**',
      'test/panel/**',
      'test/setup/**',
      'test/!(faults)/**/*.slow.test.ts',
      'test/faults/*.slow.test.ts',
    ],
    setupFiles: ['./test/support/places.ts'],
  },
});
