// The pictures of the journey: `node docs/journey/film.mjs [FOLDER]` drives the real VS Code through it and writes a PNG for each
// of its steps into FOLDER, docs/journey unless said. Bundles and runs journey.ts.
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { importBundled, root } from '../../test/vscode/bundled.mjs';

execFileSync(process.execPath, [join(root, 'esbuild.mjs')], { stdio: 'inherit' });
const { film } = await importBundled('docs/journey/journey.ts', join(root, 'out', 'journey', 'journey.mjs'));
await film(root, resolve(process.argv[2] ?? join(root, 'docs', 'journey')));
