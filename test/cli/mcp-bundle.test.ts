/** What `vae mcp` alone loads, and what it must not bring along. */
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { bundles } from '../../esbuild.mjs';

/** In bytes, minified. */
const MAX_BYTES = 350_000;

/** Bytes and inputs of the outputs, by the names of their files. */
async function outputs() {
  const { metafile } = await build({
    ...bundles.engine,
    entryPoints: { vae: 'src/cli/main.ts', mcp: 'src/cli/mcp/serve.ts' },
    ...{ write: false, metafile: true, minify: true, logLevel: 'silent' },
  });
  return Object.entries(metafile.outputs).map(([path, { bytes, inputs }]) => ({
    name: path.split('/').at(-1)!,
    bytes,
    inputs: Object.keys(inputs).filter((each) => inputs[each]!.bytesInOutput > 0),
  }));
}

test('the SDK is in a small file of its own, without an HTTP server', async () => {
  const all = await outputs();
  const mcp = all.find(({ name }) => name === 'mcp.cjs')!;
  const vae = all.find(({ name }) => name === 'vae.cjs')!;
  expect(mcp.inputs.some((path) => path.includes('@modelcontextprotocol'))).toBe(true);
  expect(vae.inputs.filter((path) => /@modelcontextprotocol|src\/tools\//.test(path))).toEqual([]);
  const packages = mcp.inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  expect([...new Set(packages)].sort()).toEqual(['@modelcontextprotocol/sdk', 'zod']);
  expect(
    mcp.inputs.filter((path) => /tensorflow|onnxruntime|src\/(vae|engine|datasets|model)\//.test(path)),
  ).toEqual([]);
  expect(mcp.bytes).toBeLessThan(MAX_BYTES);
});
