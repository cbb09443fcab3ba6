/** Compiles tfjs-node's binding, and the small library that it is loaded with, against the libraries of a wheel. */
import { join } from 'node:path';
import { run, tail } from './run.mjs';

/** How the libraries are called in the wheels of this system. */
export const LIBRARIES = librariesOf(process.platform);

/** What is compiled. */
export const BINDING = ['tfjs_binding.node', 'captured_stderr.node'];

/**
 * Returns the libraries in a wheel's folder `tensorflow`, and in the folder that is set up.
 * @param {string} platform as in process.platform
 */
export function librariesOf(platform) {
  return ['tensorflow_cc', 'tensorflow_framework'].map((name) =>
    platform === 'darwin' ? `lib${name}.2.dylib` : `lib${name}.so.2`,
  );
}

/** Options of the compiler, which is called g++ on macOS, too: the libraries are looked for beside the binding. */
const OPTIONS =
  process.platform === 'darwin'
    ? ['-bundle', '-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path']
    : ['-shared', '-Wl,-rpath,$ORIGIN'];

/**
 * @param {string} folder that the two files are written to
 * @param {string} libraries folder of the wheel's libraries
 * @param {string} unpacked the wheel's contents; the compiler's temporary files go there, too
 * @param {import('./sources.mjs').Sources} sources
 * @param {AbortSignal} [signal]
 * @throws {Error} with the compiler's output
 */
export async function compileBinding(folder, libraries, unpacked, { binding, headers, loader }, signal) {
  const include = join(unpacked, 'tensorflow', 'include');
  // TensorFlow moved its base library (tsl) from one external folder to another between 2.15 and 2.21.
  const external = [`${include}/external/local_tsl`, `${include}/external/local_xla`];
  const includes = [include, ...external, `${include}/third_party`, headers];
  const own = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(binding, name));
  /** @type {Record<string, string[]>} */
  const inputs = {
    'tfjs_binding.node': [
      ...own,
      join(loader, 'older_libstdcxx.cc'),
      ...LIBRARIES.map((name) => join(libraries, name)),
    ],
    'captured_stderr.node': [join(loader, 'captured_stderr.cc')],
  };
  for (const name of BINDING) {
    const args = [
      ...['-O2', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8', ...OPTIONS],
      ...includes.map((path) => `-I${path}`),
      ...(inputs[name] ?? []),
      ...['-o', join(folder, name)],
    ];
    const env = { ...process.env, TMPDIR: unpacked };
    const result = await run('g++', args, { cwd: unpacked, env, signal });
    if (result.code !== 0)
      throw new Error(`the TensorFlow binding did not compile:\n${tail(result.output, 15)}`);
  }
}
