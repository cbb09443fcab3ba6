import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

/** What a test that moves for ever and never ends is stopped by, in ms; every other failure is seen by test/support/progress.ts. */
const FOR_EVER = 45 * 60_000;

/** Files in an order that the seed chooses, the slow ones first: the quick ones then fill what a last slow one leaves idle. */
class SeededSequencer extends BaseSequencer {
  /**
   * @override
   * @param {import('vitest/node').TestSpecification[]} files
   */
  sort(files) {
    const { root, sequence } = this.ctx.config;
    const place = (/** @type {string} */ path) =>
      Number(!path.endsWith('.slow.test.ts')) +
      createHash('sha256')
        .update(`${sequence.seed} ${relative(root, path)}`)
        .digest('hex');
    return Promise.resolve(files.sort((a, b) => (place(a.moduleId) < place(b.moduleId) ? -1 : 1)));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/vscode/**', 'node_modules/**'],
    // A native backend loads once per process: a process for each file, as many at once as there are cores.
    pool: 'forks',
    maxWorkers: '100%',
    // Nothing may depend on what ran before; `--sequence.seed=N` repeats an order.
    sequence: { shuffle: { files: false, tests: true }, sequencer: SeededSequencer },
    runner: './test/support/runner.ts',
    setupFiles: ['./test/support/places.ts'],
    testTimeout: FOR_EVER,
    hookTimeout: FOR_EVER,
  },
});
