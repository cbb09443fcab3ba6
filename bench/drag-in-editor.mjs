// How long a drag in the real editor waits for its picture: `node bench/drag-in-editor.mjs [MOVES]`, 300 unless said. Bundles and runs bench/editor.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { importBundled, root } from '../test/vscode/bundled.mjs';

execFileSync(process.execPath, [join(root, 'esbuild.mjs')], { stdio: 'inherit' });
const { measure } = await importBundled(
  'bench/editor/drag.ts',
  join(root, 'bench', 'out', 'dragInEditor.mjs'),
);
await measure(root, Number(process.argv[2] ?? 300));
