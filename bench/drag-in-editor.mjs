// How long a drag in the real editor waits for its picture: `node bench/drag-in-editor.mjs [MOVES]`, 300 unless said. Bundles and runs bench/editor.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, '..');
const outfile = join(folder, 'out', 'dragInEditor.mjs');

execFileSync(process.execPath, [join(root, 'esbuild.mjs')], { stdio: 'inherit' });
await build({
  absWorkingDir: root,
  entryPoints: ['bench/editor/drag.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
const { measure } = await import(pathToFileURL(outfile).href);
await measure(root, Number(process.argv[2] ?? 300));
