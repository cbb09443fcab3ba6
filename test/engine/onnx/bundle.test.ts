/** The runtimes as they are shipped: bundled, away from node_modules, with their libraries beside them. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyEngineAssets } from '../../../esbuild.mjs';
import { onnxRuntimeFolder } from '../../../src/engine/onnx/native-runtime';
import { usualThreads } from '../../../src/engine/onnx/wasm-engine';
import { coreCount } from '../../../src/engine/processor';
import { bundleLikeEngine } from '../../support/bundle';

const run = promisify(execFile);

/** Chooses an engine, decodes with it, and ends by itself. */
const ENTRY = `
import { chooseEngine } from './src/engine/choose';
async function main() {
  const [engine, threads] = process.argv.slice(2);
  const chosen = await chooseEngine({ engine, threads: threads === 'usual' ? null : Number(threads), nativeFolder: null });
  const model = { inputSize: 4, convolution: null, encoderHidden: [3], decoderHidden: [3], latent: 2, activation: 'tanh', likelihood: 'bernoulli' };
  const session = await chosen.engine.open(model, null, null);
  const { parameterShapes } = await import('./src/vae/parameters');
  const parameters = Object.fromEntries(Object.entries(parameterShapes(model)).map(([name, shape]) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]));
  await session.load({ step: 0, parameters, slots: {} });
  const mean = await session.decode(new Float32Array(2), 1);
  session.dispose();
  console.log(JSON.stringify({ ...chosen.engine.description, reason: chosen.reason, notice: chosen.notice ?? null, mean: [...mean] }));
}
// A connection would be an error.
require('node:net').Socket.prototype.connect = () => { throw new Error('a socket was opened'); };
globalThis.fetch = () => { throw new Error('something was fetched'); };
main().catch((error) => { console.error(error.message); process.exitCode = 1; });
`;

interface Answer {
  readonly name: string;
  readonly build: string;
  readonly threads: number;
  readonly instructionSet: string;
  readonly reason: string;
  readonly notice: string | null;
  readonly mean: readonly number[];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vae-onnx-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A folder with the bundle and these parts of what a package has beside it. */
async function shipped(name: string, has: { native: boolean; wasm: boolean }): Promise<string> {
  const own = join(folder, name);
  await bundleLikeEngine(ENTRY, join(own, 'run.cjs'));
  await copyEngineAssets(own, has.native ? undefined : 'alpine-x64');
  if (!has.wasm) await rm(join(own, 'onnxruntime', 'wasm'), { recursive: true });
  return own;
}

async function chosen(
  own: string,
  engine: string,
  { flags = [], threads = '2' }: { readonly flags?: readonly string[]; readonly threads?: string } = {},
): Promise<Answer> {
  const { stdout, stderr } = await run(process.execPath, [...flags, 'run.cjs', engine, threads], {
    cwd: own,
  });
  expect(stderr.replace(/^.*(Experimental|Security)Warning.*\n|^\(Use `node.*\n/gm, '')).toBe('');
  return JSON.parse(stdout) as Answer;
}

const here = `${process.platform}-${process.arch}`;
const MISSING = `ONNX Runtime's native library is not included for ${here}`;
const wasm = { name: 'wasm', threads: 2, instructionSet: 'simd128', mean: [0.5, 0.5, 0.5, 0.5] };

test.each([
  [1, 1],
  [2, 1],
  [4, 3],
  [5, 4],
  [16, 4],
])('on %i cores it takes %i threads', (cores, threads) => {
  expect(usualThreads(cores)).toBe(threads);
});

describe('without a native library', () => {
  let own: string;
  beforeAll(async () => {
    own = await shipped('without', { native: false, wasm: true });
  });

  test('WebAssembly computes, and one notice says why and what it costs', async () => {
    const answer = await chosen(own, 'auto');
    expect(answer).toMatchObject({ ...wasm, reason: `TensorFlow is not set up here, and ${MISSING}` });
    expect(answer.build).toMatch(/^ONNX Runtime 1\.\d+\.\d+ for WebAssembly, compiled$/);
    expect(answer.notice).toBe(
      `${MISSING}: its WebAssembly build computes instead, and a training step takes 3 to 6 times as long`,
    );
  });

  test('where nobody says how many threads, it takes its usual number', async () => {
    const threads = usualThreads(coreCount());
    expect(await chosen(own, 'auto', { threads: 'usual' })).toMatchObject({ ...wasm, threads });
  });

  test('it needs no notice where it was asked for', async () => {
    expect(await chosen(own, 'wasm')).toMatchObject({ ...wasm, reason: 'as asked for', notice: null });
  });

  test('the native library, asked for, is refused with another way', async () => {
    await expect(chosen(own, 'onnx')).rejects.toMatchObject({
      stderr: `${MISSING}. The engine 'wasm' needs no native library.\n`,
    });
  });

  test('it writes no file, loads no native code and starts no program', async () => {
    const flags = ['--experimental-permission', '--allow-fs-read=*', '--allow-worker'];
    expect(await chosen(own, 'auto', { flags })).toMatchObject(wasm);
  });
});

test('a library that does not load gives way to WebAssembly', async () => {
  const own = await shipped('broken', { native: false, wasm: true });
  const native = join(own, 'onnxruntime', here);
  await mkdir(native);
  await writeFile(join(native, 'onnxruntime_binding.node'), 'not a library');
  const answer = await chosen(own, 'auto');
  expect(answer).toMatchObject(wasm);
  expect(answer.notice).toMatch(
    /^ONNX Runtime could not be loaded: .+: its WebAssembly build computes instead/,
  );
});

test('where nothing is included, the error names both', async () => {
  const own = await shipped('nothing', { native: false, wasm: false });
  await expect(chosen(own, 'auto')).rejects.toMatchObject({
    stderr: `no engine could be loaded: TensorFlow is not set up here, and ${MISSING}, and ONNX Runtime's WebAssembly build is not included\n`,
  });
});

test.skipIf(onnxRuntimeFolder() === null)('the native library beside the bundle is chosen', async () => {
  const own = await shipped('with', { native: true, wasm: true });
  expect(await chosen(own, 'auto')).toMatchObject({
    ...{ name: 'onnx', threads: 2, notice: null, reason: 'TensorFlow is not set up here' },
    mean: wasm.mean,
  });
});
