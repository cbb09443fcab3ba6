/**
 * Tests in the real VS Code: bundles them and runs them. `node test/vscode/run.mjs [--seed N] [PATTERN]` runs the tests
 * whose names match, in the order of that seed.
 */
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { forNode, importBundled, root } from './bundled.mjs';

const out = join(root, 'out', 'vscode');

await rm(out, { recursive: true, force: true });
const [{ main }] = await Promise.all([
  importBundled('test/vscode/main.ts', join(out, 'bundles', 'main.mjs')),
  // Loaded by VS Code into its extension host.
  build({
    ...forNode,
    entryPoints: ['test/vscode/in-host/run.ts'],
    outfile: join(out, 'bundles', 'inHost.cjs'),
    format: 'cjs',
    external: ['vscode'],
  }),
]);
process.exitCode = await main(process.argv.slice(2));
