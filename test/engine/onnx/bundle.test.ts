/** The runtime as it is shipped: bundled, away from node_modules, with its native library beside it. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { copyEngineAssets } from '../../../esbuild.mjs';
import { serialiseModel } from '../../../src/engine/onnx/encode';
import { onnxRuntimeFolder } from '../../../src/engine/onnx/runtime';
import { onnxTensor } from '../../../src/engine/onnx/tensor';
import { node, value } from './support';
import { bundleLikeEngine } from '../../support/bundle';

const run = promisify(execFile);

const ENTRY = `
import { readFileSync } from 'node:fs';
async function main() {
  const { ONNX_RUNTIME_VERSION, openOnnxSession } = await import('./src/engine/onnx/runtime');
  const session = openOnnxSession(readFileSync('double.onnx'), { threads: 1 });
  const { y } = session.run({ x: { type: 'int32', dims: [2], data: Int32Array.of(3, -4) } });
  console.log(ONNX_RUNTIME_VERSION, ...y.data);
}
main().catch((error) => { console.error(error.message); process.exitCode = 1; });
`;

test.skipIf(onnxRuntimeFolder() === null)(
  'a bundle runs with the library beside it, and only so',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vae-onnx-'));
    await bundleLikeEngine(ENTRY, join(folder, 'double.cjs'));
    const graph = {
      name: 'double',
      inputs: [value('x', 'int32', [2])],
      outputs: [value('y', 'int32', [2])],
      nodes: [node('Mul', ['x', 'two'], 'y')],
      initializers: { two: onnxTensor('int32', [], [2]) },
    };
    await writeFile(join(folder, 'double.onnx'), serialiseModel({ graph }));
    const double = () => run(process.execPath, ['double.cjs'], { cwd: folder });

    const missing = `ONNX Runtime is not included for ${process.platform}-${process.arch}`;
    await expect(double()).rejects.toMatchObject({ stderr: `${missing}\n` });
    await copyEngineAssets(folder);
    expect((await double()).stdout).toMatch(/^1\.\d+\.\d+ 6 -8\n$/);
    await rm(folder, { recursive: true });
  },
);
