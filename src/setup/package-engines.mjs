/** Which engines a package for a platform must contain, so that none is built that cannot train. */

/**
 * Targets of packages for which ONNX Runtime has a native library. Everywhere else its WebAssembly build is the only engine that a package
 * has.
 */
export const NATIVE_TARGETS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

const FOLDER = 'dist/engine/onnxruntime';

/** What starts the JAX engine, in every package. */
const PYTHON = 'dist/engine/python/__main__.py';

/** ONNX Runtime in WebAssembly, in every package. */
const WASM = ['ort-wasm-simd-threaded.wasm', 'ort-wasm-simd-threaded.mjs'].map(
  (name) => `${FOLDER}/wasm/${name}`,
);

/**
 * The library that the native binding is linked to, by platform.
 * @type {Readonly<Record<string, string>>}
 */
const LIBRARIES = {
  linux: 'libonnxruntime.so.1',
  darwin: 'libonnxruntime.1.dylib',
  win32: 'onnxruntime.dll',
};

/** @param {string} target `PLATFORM-ARCH` */
function nativeFiles(target) {
  const library = LIBRARIES[target.split('-')[0] ?? ''];
  return ['onnxruntime_binding.node', library].map((name) => `${FOLDER}/${target}/${name}`);
}

/**
 * Returns the files that a package for this target lacks to train, or has of another target.
 * @param {readonly string[]} files all files of the package, with `/` between folders
 * @param {string} target `PLATFORM-ARCH`, or `alpine-ARCH`
 */
export function engineProblems(files, target) {
  const expected = [PYTHON, ...WASM, ...(NATIVE_TARGETS.includes(target) ? nativeFiles(target) : [])];
  return [
    ...expected.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
    ...files
      .filter((file) => file.startsWith(`${FOLDER}/`) && !expected.includes(file))
      .map((file) => `${file} is of another target`),
  ];
}
