/**
 * Tests in the real VS Code: bundles them and runs them. `node test/vscode/run.mjs [--seed N] [PATTERN]` runs the tests
 * whose names match, in the order of that seed.
 */
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const out = join(root, 'out', 'vscode');

await rm(out, { recursive: true, force: true });
/** @type {import('esbuild').BuildOptions} */
const shared = { absWorkingDir: root, bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' };
await Promise.all([
  // Loaded by VS Code into its extension host.
  build({
    ...shared,
    entryPoints: ['test/vscode/in-host/run.ts'],
    outfile: join(out, 'bundles', 'inHost.cjs'),
    format: 'cjs',
    external: ['vscode'],
  }),
  build({
    ...shared,
    entryPoints: ['test/vscode/main.ts'],
    outfile: join(out, 'bundles', 'main.mjs'),
    format: 'esm',
    packages: 'external',
    // Paths of the project are asked of this file, wherever its bundle lies.
    define: { __projectRoot: JSON.stringify(root) },
  }),
]);
const { main } = await import(pathToFileURL(join(out, 'bundles', 'main.mjs')).href);
process.exitCode = await main(process.argv.slice(2));
