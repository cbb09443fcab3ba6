import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { bundles, webviewAssets } from '../../esbuild.mjs';
import type { DecoderWeights } from '../../src/protocol/engine';
import type { Pictures } from '../../src/domain/pictures';
import { once } from '../support/once';
import { sharedBundle } from '../support/shared-bundle.mjs';

/** The part of webview/decoder/decoder-script.ts that is used here; its own types need a DOM. */
export interface NodeDecoder {
  start(binary: Uint8Array): Promise<void>;
  open(weights: DecoderWeights): {
    decode(z: Float32Array, count: number): Pictures;
    dispose(): void;
  };
}

/** The panel's own decoder, as it is bundled for the panel but for its platform, with its backend started in this process. */
export const nodeDecoder = once(async (): Promise<NodeDecoder> => {
  const { folder } = await sharedBundle('node-decoder', async (outdir) => {
    await build({
      ...bundles.webview,
      ...{ entryPoints: { decoder: 'webview/decoder/decoder-script.ts' }, outdir },
      ...{ platform: 'node', format: 'cjs', outExtension: { '.js': '.cjs' } },
    });
  });
  createRequire(import.meta.url)(join(folder, 'decoder.cjs'));
  const script = (globalThis as unknown as { decoderScript: NodeDecoder }).decoderScript;
  const wasm = webviewAssets.find((file) => basename(file).endsWith('.wasm'))!;
  await script.start(await readFile(wasm));
  return script;
});
