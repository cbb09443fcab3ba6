// Trains the setting of the paper's Figure 2 on MNIST with products of float32 and of bfloat16, and prints how far the bounds are apart:
// `node bench/precision.mjs [DATA] [SAMPLES] [LATENT] [SEED]`, once `npm run build` has built `vae`. Other arguments go to `vae train`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const vae = join(dirname(fileURLToPath(import.meta.url)), '../dist/engine/vae.cjs');
const [data = 'mnist', samples = '1e6', latent = '20', seed = '1', ...more] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'precision-'));

/**
 * Runs `vae`; what is not JSON, it writes on standard error. @param {string[]} args @returns {Record<string, any>[]}
 */
function run(...args) {
  const text = execFileSync(process.execPath, [vae, ...args, '--json'], {
    ...{ encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** @param {'float32' | 'bfloat16'} precision */
function trained(precision) {
  const runFolder = join(folder, precision);
  const start = performance.now();
  const settings = ['--preset', 'aevb', '--set', `latent=${latent}`, '--samples', samples, '--seed', seed];
  run('train', '--data', data, ...settings, '--precision', precision, '--run', runFolder, ...more);
  const seconds = (performance.now() - start) / 1000;
  const bounds = ['train', 'test'].map(
    (split) => run('evaluate', runFolder, '--split', split).at(-1)?.['elbo'],
  );
  const text = bounds.map((bound) => bound.toFixed(3)).join(', ');
  process.stdout.write(
    `${precision}: bounds of training and test images ${text} nats; ${seconds.toFixed(0)} s\n`,
  );
  return bounds;
}

try {
  const [wide, narrow] = [trained('float32'), trained('bfloat16')];
  const differences = narrow.map((bound, i) => (bound - wide[i]).toFixed(3));
  process.stdout.write(`bfloat16 - float32: ${differences.join(', ')} nats\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
