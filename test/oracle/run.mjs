// `npm run oracle -- FOLDER`: compares the image decoder with Pillow on the files of a folder. Needs `python3` (or the program named
// by PYTHON) with pillow and numpy.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { engineProgram, copyEngineAssets } from '../../esbuild.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('got no folder, expected one with image files: npm run oracle -- FOLDER');
  process.exit(2);
}
const work = mkdtempSync(join(tmpdir(), 'oracle-'));
try {
  const program = join(work, 'decode-folder.mjs');
  await build({
    ...engineProgram,
    entryPoints: [join(here, 'decode-folder.ts')],
    outfile: program,
    format: 'esm',
    define: {},
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  await copyEngineAssets(work);
  const args = [join(here, 'pillow.py'), program, resolve(folder), join(work, 'pixels')];
  process.exitCode = spawnSync(process.env.PYTHON ?? 'python3', args, { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
