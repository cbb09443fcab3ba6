// Bundles a benchmark as the product is bundled, and runs it: `npm run bench -- [compare|latency|drag|memory|large|open-map|umap|umap-paths|precisions|decode|many-files|small-calls|install] [arguments]`.
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundles, copyEngineAssets } from '../esbuild.mjs';

/** @type {Record<string, string[]>} what each benchmark is bundled from; its own file comes first */
const BENCHMARKS = {
  compare: ['compare.ts', 'contenders/engine.ts', 'peers/tfjs-eager.ts'],
  memory: ['memory.ts'],
  latency: ['latency.ts'],
  drag: ['drag.ts'],
  large: ['large.ts'],
  'open-map': ['open-map.ts'],
  umap: ['umap.ts'],
  'umap-paths': ['umap-paths.ts'],
  precisions: ['precisions.ts'],
  decode: ['decode.ts', 'contenders/bare-decoder.ts'],
  'many-files': ['many-files.ts'],
  'small-calls': ['small-calls.ts'],
};

const folder = dirname(fileURLToPath(import.meta.url));
const [first = '', ...rest] = process.argv.slice(2);
const isNamed = first in BENCHMARKS;
const name = isNamed ? first : 'compare';
const args = isNamed || first === '' ? rest : [first, ...rest];

if (first === 'install') {
  await import('./peers/install.mjs');
} else if (first !== '' && !isNamed && !first.startsWith('-')) {
  throw new Error(`'${first}': expected ${[...Object.keys(BENCHMARKS), 'install'].join(', ')} or an option`);
} else {
  const outdir = join(folder, 'out');
  await copyEngineAssets(outdir);
  const files = BENCHMARKS[name] ?? [];
  const own = files.map((file) => [basename(file, '.ts'), join(folder, file)]);
  const threads = {
    chunks: join(folder, '../src/engine-process/jobs/minibatch-worker.ts'),
    pictures: join(folder, '../src/images/decoding/decode-worker.ts'),
  };
  const entryPoints = { ...Object.fromEntries(own), ...threads };
  await build({ ...bundles.engine, entryPoints, outdir });
  const program = join(outdir, `${name}.cjs`);
  const child = spawn(process.execPath, ['--expose-gc', program, ...args], { stdio: 'inherit' });
  child.on('exit', (code) => (process.exitCode = code ?? 1));
}
