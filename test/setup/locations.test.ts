import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  cudaFolder,
  cacheRoot,
  configRoot,
  isNativePresent,
  jaxFolder,
  jaxPython,
  MANIFEST,
  nativeFolder,
  stateRoot,
} from '../../src/setup/locations.mjs';

const on = (platform: string, env: NodeJS.ProcessEnv = {}, home = '/home/ada', arch = 'x64') => ({
  platform,
  env,
  home,
  arch,
});

test('caches and state lie where each platform keeps them', () => {
  expect(cacheRoot(on('linux'))).toBe('/home/ada/.cache/latent-explorer');
  expect(stateRoot(on('linux'))).toBe('/home/ada/.local/state/latent-explorer');
  expect(cacheRoot(on('darwin'))).toBe('/home/ada/Library/Caches/latent-explorer');
  expect(configRoot(on('linux'))).toBe('/home/ada/.config/latent-explorer');
  expect(configRoot(on('darwin'))).toBe('/home/ada/Library/Application Support/latent-explorer');
  expect(stateRoot(on('darwin'))).toBe('/home/ada/Library/Application Support/latent-explorer');
  const windows = on('win32', { LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local' }, 'C:\\Users\\ada');
  expect(cacheRoot(windows)).toBe('C:\\Users\\ada\\AppData\\Local\\latent-explorer');
  expect(stateRoot(windows)).toBe('C:\\Users\\ada\\AppData\\Local\\latent-explorer\\state');
  expect(configRoot(windows)).toBe('C:\\Users\\ada\\AppData\\Local\\latent-explorer\\config');
});

test('the XDG variables win, unless they are relative', () => {
  expect(cacheRoot(on('linux', { XDG_CACHE_HOME: '/scratch' }))).toBe('/scratch/latent-explorer');
  expect(stateRoot(on('darwin', { XDG_STATE_HOME: '/scratch' }))).toBe('/scratch/latent-explorer');
  expect(cacheRoot(on('linux', { XDG_CACHE_HOME: 'here' }))).toBe('/home/ada/.cache/latent-explorer');
});

test('platforms without a native TensorFlow have no folder for it', () => {
  expect(nativeFolder(on('darwin', {}, '/Users/ada', 'x64'))).toBeNull();
  expect(cudaFolder(on('darwin', {}, '/Users/ada', 'arm64'))).toBeNull();
  expect(isNativePresent(on('win32', {}, 'C:\\Users\\ada'))).toBe(false);
  expect(nativeFolder(on('darwin', {}, '/Users/ada', 'arm64'))).toContain('-darwin-arm64-');
  // TensorFlow for graphics cards lies beside that for the processor.
  expect(cudaFolder(on('linux'))).toMatch(/^\/home\/ada\/\.cache\/latent-explorer\/tensorflow\/cuda-tfjs-/);
  expect(nativeFolder(on('linux'))).toMatch(/^\/home\/ada\/\.cache\/latent-explorer\/tensorflow\/tfjs-/);
});

// The pinned wheel is for Linux; the folder is built here on whatever runs the test.
test.skipIf(process.platform === 'win32')('a native folder counts only when it is whole', async () => {
  const machine = on('linux', { XDG_CACHE_HOME: scratch });
  const folder = nativeFolder(machine);
  if (folder === null) throw new Error('no native folder for linux-x64');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'tfjs_binding.node'), 'a binding');
  expect(isNativePresent(machine), 'without a manifest').toBe(false);
  await writeFile(join(folder, MANIFEST), '{ "files": { "tfjs_bind');
  expect(isNativePresent(machine), 'with a torn manifest').toBe(false);
  await writeFile(join(folder, MANIFEST), JSON.stringify({ files: { 'tfjs_binding.node': 9 } }));
  expect(isNativePresent(machine)).toBe(true);
  await truncate(join(folder, 'tfjs_binding.node'), 4);
  expect(isNativePresent(machine), 'with a truncated file').toBe(false);
});

let scratch = '';
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'locations-'));
});
afterEach(() => rm(scratch, { recursive: true }));

test('the Python that runs JAX is the one that is named, else the one of a whole environment, with CUDA first', async () => {
  const machine = on('linux', { XDG_CACHE_HOME: scratch });
  expect(jaxPython(machine)).toBeNull();
  const own = [false, true].map((withCuda) => jaxFolder(withCuda, machine));
  for (const folder of own) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'pyvenv.cfg'), 'home');
    expect(jaxPython(machine)?.python, 'without a manifest').not.toBe(join(folder, 'bin', 'python'));
    await writeFile(join(folder, MANIFEST), JSON.stringify({ files: { 'pyvenv.cfg': 4 } }));
    expect(jaxPython(machine)).toEqual({ python: `${folder}/bin/python`, isOwn: true });
  }
  const named = on('linux', { XDG_CACHE_HOME: scratch, LATENT_EXPLORER_JAX_PYTHON: '/opt/jax/bin/python' });
  expect(jaxPython(named)).toEqual({ python: '/opt/jax/bin/python', isOwn: false });
  const windows = on('win32', { LOCALAPPDATA: 'C:\\a' }, 'C:\\Users\\ada');
  expect(jaxFolder(false, windows)).toMatch(
    /^C:\\a\\latent-explorer\\jax\\0\.10\.2-cpu-win32-x64-[0-9a-f]{8}$/,
  );
});
