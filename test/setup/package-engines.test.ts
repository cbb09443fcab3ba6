/** Every package that is built can train: the files that a package of each target gets, by the packager's own list. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listFiles, PackageManager } from '@vscode/vsce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyEngineAssets, copyWebAssets } from '../../esbuild.mjs';
import {
  engineProblems,
  NATIVE_TARGETS,
  prebuiltProblems,
  WEB_TARGET,
} from '../../src/setup/package-engines.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const WASM_ONLY = ['darwin-x64', 'alpine-x64', 'alpine-arm64', 'linux-armhf'];
const FOLDER = 'dist/engine/onnxruntime';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vae-package-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The engine's files of a package for this target. */
async function engineFiles(target: string): Promise<string[]> {
  const own = join(folder, target);
  await mkdir(own);
  for (const name of ['package.json', '.vscodeignore']) await copyFile(join(root, name), join(own, name));
  await copyEngineAssets(join(own, 'dist/engine'), target);
  await writeFile(join(own, 'dist/engine/worker.cjs'), '');
  const files = await listFiles({ cwd: own, packageManager: PackageManager.None });
  return files.filter((file) => file.startsWith('dist/engine/'));
}

describe.each([...NATIVE_TARGETS, ...WASM_ONLY])('a package for %s', (target) => {
  test('has ONNX Runtime in WebAssembly, and its native library where there is one', async () => {
    const files = await engineFiles(target);
    expect(engineProblems(files, target)).toEqual([]);
    expect(files.filter((file) => file.startsWith(`${FOLDER}/wasm/`)).sort()).toEqual([
      `${FOLDER}/wasm/ort-wasm-simd-threaded.mjs`,
      `${FOLDER}/wasm/ort-wasm-simd-threaded.wasm`,
    ]);
    const native = files.filter((file) => file.startsWith(`${FOLDER}/`) && !file.includes('/wasm/'));
    expect(native).toHaveLength(NATIVE_TARGETS.includes(target) ? 2 : 0);
    for (const file of native) expect(file).toContain(`${FOLDER}/${target}/`);
    expect(files).toContain('dist/engine/python/latent_explorer_jax/graph.py');
    expect(files.filter((file) => file.includes('pycache'))).toEqual([]);
  });
});

test('a package for a browser has the worker and what it reads, and no engine of a machine', async () => {
  const own = join(folder, 'web');
  await mkdir(join(own, 'dist/webview'), { recursive: true });
  for (const name of ['package.json', WEB_TARGET.ignoreFile])
    await copyFile(join(root, name), join(own, name));
  await copyWebAssets(join(own, 'dist/web'));
  for (const name of ['extension.js', 'engine.js']) await writeFile(join(own, 'dist/web', name), '');
  await mkdir(join(own, 'dist/engine'));
  await writeFile(join(own, 'dist/engine/worker.cjs'), '');
  const listed = { cwd: own, packageManager: PackageManager.None };
  const files = await listFiles({ ...listed, ignoreFile: join(own, WEB_TARGET.ignoreFile) });
  expect(engineProblems(files, 'web')).toEqual([]);
  expect(files.filter((file) => file.startsWith('dist/engine/'))).toEqual([]);
  expect(engineProblems(files.slice(0, 0), 'web')).toContain('dist/web/engine.js is missing');
  expect(engineProblems([...files, 'dist/engine/worker.cjs'], 'web')).toEqual([
    'dist/engine/worker.cjs is of another target',
  ]);
});

test('a package without an engine, or with one of another system, is a problem', () => {
  const wasm = [
    'dist/engine/python/__main__.py',
    ...['wasm', 'mjs'].map((extension) => `${FOLDER}/wasm/ort-wasm-simd-threaded.${extension}`),
  ];
  expect(engineProblems([], 'darwin-x64')).toEqual(wasm.map((file) => `${file} is missing`));
  expect(engineProblems(wasm, 'darwin-x64')).toEqual([]);
  expect(engineProblems(wasm, 'win32-x64')).toEqual([
    `${FOLDER}/win32-x64/onnxruntime_binding.node is missing`,
    `${FOLDER}/win32-x64/onnxruntime.dll is missing`,
  ]);
  const foreign = `${FOLDER}/linux-x64/libonnxruntime.so.1`;
  expect(engineProblems([...wasm, foreign], 'alpine-x64')).toEqual([`${foreign} is of another target`]);
});

test('a package without the prebuilt binding says so where TensorFlow is offered', () => {
  const folder = 'dist/engine/tensorflow-binding/prebuilt';
  const files = ['manifest.json', 'tfjs_binding.node', 'captured_stderr.node'].map(
    (name) => `${folder}/${name}`,
  );
  for (const target of ['linux-x64', 'linux-arm64', 'darwin-arm64']) {
    expect(prebuiltProblems(files, target)).toEqual([]);
    expect(prebuiltProblems(files.slice(1), target)).toEqual([`${folder}/manifest.json is missing`]);
  }
  for (const target of ['win32-x64', 'darwin-x64', 'alpine-x64', 'web'])
    expect(prebuiltProblems([], target)).toEqual([]);
});
