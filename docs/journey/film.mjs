// The pictures of the journey: `node docs/journey/film.mjs [FOLDER]` drives the real VS Code through it and writes a PNG for each
// of its steps into FOLDER, docs/journey unless said. Bundles and runs journey.ts.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, '..', '..');
const outfile = join(root, 'out', 'journey', 'journey.mjs');

execFileSync(process.execPath, [join(root, 'esbuild.mjs')], { stdio: 'inherit' });
await build({
  absWorkingDir: root,
  entryPoints: ['docs/journey/journey.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
const { film } = await import(pathToFileURL(outfile).href);
await film(root, resolve(process.argv[2] ?? folder));
