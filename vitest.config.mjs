import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import { BUNDLES } from './test/support/shared-bundle.mjs';
import { WITHOUT_TENSORFLOW } from './test/support/without-tensorflow.mjs';

/** What a test that moves for ever and never ends is stopped by, in ms; every other failure is seen by test/support/progress.ts. */
const FOR_EVER = 45 * 60_000;

const PROJECTS = ['slow', 'processes', 'panel', 'isolated', 'plain'];

/**
 * Files in an order that the seed chooses, project by project: those that share a process follow each other, and quick
 * ones fill what a last slow one leaves idle.
 */
class SeededSequencer extends BaseSequencer {
  /**
   * @override
   * @param {import('vitest/node').TestSpecification[]} files
   */
  sort(files) {
    const { root, sequence } = this.ctx.config;
    const place = (/** @type {import('vitest/node').TestSpecification} */ file) =>
      PROJECTS.indexOf(file.project.name) +
      createHash('sha256')
        .update(`${sequence.seed} ${relative(root, file.moduleId)}`)
        .digest('hex');
    return Promise.resolve(files.sort((a, b) => (place(a) < place(b) ? -1 : 1)));
  }
}

// No test's choice of an engine depends on how fast it is here and now.
process.env['LATENT_EXPLORER_NO_TIMING'] ??= '1';

// Made by the first file that needs it, inherited by name by the processes of all files.
const shared = join(tmpdir(), `vae-test-bundles-${process.pid}`);
process.env[BUNDLES] ??= shared;
process.once('exit', () => rmSync(shared, { recursive: true, force: true }));

const SLOW = 'test/**/*.slow.test.ts';
/** What opens in a browser: the pages of the product, and what it exports for others' pages. */
const PANEL = ['test/panel/*.slow.test.ts', 'test/export/*-in-browser.slow.test.ts'];
/** What is tested here are processes, on whichever engine. */
const PROCESSES = 'test/{cli,faults}/**/*.slow.test.ts';
/** Of these, what changes modules, or needs TensorFlow itself. */
const ALONE = [
  'test/cli/setup-gpu.slow.test.ts',
  'test/cli/setup-refused.slow.test.ts',
  'test/faults/25-native-library.slow.test.ts',
  'test/faults/28-hidden-panel.slow.test.ts',
];
/** Quick tests of plain functions: no engine, no mock, nothing that outlives its test. */
const PLAIN = [
  ...[
    'columns',
    'datasets',
    'domain',
    'images',
    'latent',
    'paper',
    'protocol',
    'random',
    'runs',
    'statistics',
    'text',
    'trace',
    'vae',
    'webview',
  ].map((folder) => `test/${folder}/**/*.test.ts`),
];

/**
 * @param {string} name
 * @param {import('vitest/config').TestProjectInlineConfiguration['test']} test
 * @returns {import('vitest/config').TestProjectInlineConfiguration}
 */
const project = (name, test) => ({ extends: true, test: { name, ...test } });

export default defineConfig({
  test: {
    projects: [
      // To start a process for each of these files takes longer than most of them.
      project('plain', { include: PLAIN, exclude: [SLOW], isolate: false }),
      // A native backend loads once per process: a process for each file.
      project('isolated', {
        include: ['test/**/*.test.ts'],
        exclude: ['test/vscode/**', SLOW, ...PLAIN],
      }),
      // They share a browser, too.
      project('panel', { include: PANEL, isolate: false }),
      // ONNX Runtime starts in little more than half of the processor time of TensorFlow, and there are hundreds of starts.
      project('processes', {
        include: [PROCESSES],
        exclude: ALONE,
        isolate: false,
        env: { [WITHOUT_TENSORFLOW]: '1' },
      }),
      project('slow', {
        include: ['test/!(cli|faults|panel|vscode)/**/*.slow.test.ts', ...ALONE],
        exclude: PANEL,
      }),
    ],
    // Compiled sources are kept: to compile them takes longer than most files of tests.
    experimental: { fsModuleCache: true, fsModuleCachePath: 'node_modules/.cache/vitest' },
    pool: 'forks',
    // As many files at once as there are cores. With more, the threads of the engines, which wait by spinning, take each other's time.
    maxWorkers: '100%',
    // Nothing may depend on what ran before; `--sequence.seed=N` repeats an order.
    sequence: { shuffle: { files: false, tests: true }, sequencer: SeededSequencer },
    runner: './test/support/runner.ts',
    setupFiles: ['./test/support/places.ts'],
    testTimeout: FOR_EVER,
    hookTimeout: FOR_EVER,
  },
});
