/** Installs the native TensorFlow with tfjs-node's own installer: an older library and a prebuilt binding, no compiler needed. */
import { existsSync, readFileSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run, tail } from './run.mjs';

/**
 * Returns whether the prebuilt binding can be downloaded, with a short timeout: many networks block its host, and the installer
 * would hang or crash.
 * @param {string} packages node_modules
 */
export async function isUpstreamReachable(packages) {
  try {
    const file = join(packages, '@tensorflow/tfjs-node/package.json');
    const { binary, version } = JSON.parse(readFileSync(file, 'utf8'));
    const folder = binary.remote_path.replace('{napi_build_version}', '8').replace('{version}', version);
    const archive = `${binary.host}/${folder}CPU-linux-${version}.tar.gz`;
    return (await fetch(archive, { method: 'HEAD', signal: AbortSignal.timeout(4_000) })).ok;
  } catch {
    return false;
  }
}

/**
 * Fills `folder` by running the installer on a copy of the package, since it rewrites the package.json beside it.
 * @param {string} folder
 * @param {string} packages
 * @param {import('./steps.mjs').Asker} asker
 * @param {NodeJS.ProcessEnv} [env]
 * @throws {Error} with the installer's output
 */
export async function installFromUpstream(folder, packages, { report, signal }, env = process.env) {
  report({
    step: 'downloading',
    text: 'downloading TensorFlow with the installer of @tensorflow/tfjs-node',
  });
  const copy = join(folder, 'package');
  for (const name of ['package.json', 'scripts', 'binding', 'binding.gyp'])
    await cp(join(packages, '@tensorflow/tfjs-node', name), join(copy, name), { recursive: true });
  const path = `${join(packages, '.bin')}${delimiter}${env.PATH ?? ''}`;
  const result = await run(process.execPath, ['scripts/install.js', 'cpu', 'download'], {
    cwd: copy,
    env: { ...env, PATH: path, NODE_PATH: packages },
    timeout: 240_000,
    signal,
  });
  const binding = join(copy, 'lib', 'napi-v8', 'tfjs_binding.node');
  if (result.code !== 0 || !existsSync(binding))
    throw new Error(`the installer of @tensorflow/tfjs-node failed:\n${tail(result.output)}`);
  for (const name of await librariesIn(join(copy, 'deps', 'lib')))
    await rename(join(copy, 'deps', 'lib', name), join(folder, name));
  await writeFile(join(folder, 'tfjs_binding.node'), lookBeside(await readFile(binding)));
  await rm(copy, { recursive: true });
}

/** @param {string} folder */
async function librariesIn(folder) {
  return (await readdir(folder)).filter((name) => name.startsWith('libtensorflow'));
}

/**
 * Patches the prebuilt binding, which looks for its libraries in a folder two levels up, to look beside itself. The search path
 * is a zero-terminated string in the file, so a shorter one can overwrite it.
 * @param {Buffer} binding
 */
export function lookBeside(binding) {
  const searched = Buffer.from('$ORIGIN/../../deps/lib\0');
  const at = binding.indexOf(searched);
  if (at < 0) return binding;
  const patched = Buffer.from(binding);
  patched.fill(0, at, at + searched.length);
  patched.write('$ORIGIN', at);
  return patched;
}
