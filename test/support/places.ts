/**
 * Folders of its own for each test file, before anything of the product is loaded: temporary files, and the product's state
 * and cache. Of the person's cache only the native TensorFlow, JAX and the benchmark's Python are used, which are as large as that.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll } from 'vitest';
import { cacheRoot } from '../../src/setup/locations.mjs';
import { WITHOUT_TENSORFLOW } from './without-tensorflow.mjs';

const names = process.env[WITHOUT_TENSORFLOW] ? ['jax', 'bench'] : ['tensorflow', 'jax', 'bench'];
const large = names.map((name) => join(cacheRoot(), name));
// A short name: the path of a socket may have 100 bytes.
const folder = mkdtempSync(join(tmpdir(), 'vt-'));
// Tests that become another user have to come through.
chmodSync(folder, 0o755);
const cache = join(folder, 'c', 'latent-explorer');
mkdirSync(cache, { recursive: true, mode: 0o700 });
for (const each of large) if (existsSync(each)) symlinkSync(each, join(cache, basename(each)), 'junction');

const places = {
  TMPDIR: folder,
  TEMP: folder,
  TMP: folder,
  XDG_CACHE_HOME: join(folder, 'c'),
  XDG_STATE_HOME: join(folder, 's'),
};
const before = Object.keys(places).map((name) => [name, process.env[name]] as const);
Object.assign(process.env, places);

afterAll(() => {
  // As it was: files may share a process.
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
