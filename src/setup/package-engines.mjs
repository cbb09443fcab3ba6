/** Which engines a package for a platform must contain, so that none is built that cannot train. */
import { BINDING } from './binding.mjs';
import { NATIVE_MANIFEST } from './native-manifest.mjs';
import { WHEELS } from './pins.mjs';

/**
 * Targets of packages for which ONNX Runtime has a native library. Everywhere else its WebAssembly build is the only engine that a package
 * has.
 */
export const NATIVE_TARGETS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

/** What sets TensorFlow up without Python and a compiler, in packages for systems where it is offered. */
const PREBUILT = [NATIVE_MANIFEST, ...BINDING].map(
  (name) => `dist/engine/tensorflow-binding/prebuilt/${name}`,
);

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

/** What trains where VS Code runs in a browser: a worker, and what it reads. */
const WEB = [
  'dist/web/extension.js',
  'dist/web/engine.js',
  'dist/web/squoosh_png_bg.wasm',
  ...['wasm', 'mjs'].map((extension) => `dist/web/ort-wasm-simd-threaded.${extension}`),
];

/** Target of the package for VS Code in a browser, with the list of what is left out of it. */
export const WEB_TARGET = { name: 'web', ignoreFile: '.vscodeignore-web' };

/** @param {string} target `PLATFORM-ARCH` */
function nativeFiles(target) {
  const library = LIBRARIES[target.split('-')[0] ?? ''];
  return ['onnxruntime_binding.node', library].map((name) => `${FOLDER}/${target}/${name}`);
}

/**
 * Returns the files that a package for this target lacks to train, or has of another target.
 * @param {readonly string[]} files all files of the package, with `/` between folders
 * @param {string} target `PLATFORM-ARCH`, `alpine-ARCH` or `web`
 */
export function engineProblems(files, target) {
  const isForWeb = target === WEB_TARGET.name;
  const ofMachine = [PYTHON, ...WASM, ...(NATIVE_TARGETS.includes(target) ? nativeFiles(target) : [])];
  const expected = isForWeb ? WEB : ofMachine;
  return [
    ...expected.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
    ...files
      .filter((file) => file.startsWith(isForWeb ? 'dist/engine/' : `${FOLDER}/`) && !expected.includes(file))
      .map((file) => `${file} is of another target`),
  ];
}

/**
 * Returns what a package for this target lacks to set TensorFlow up without Python and a compiler: where prebuild.mjs did not run on such a machine.
 * @param {readonly string[]} files all files of the package, with `/` between folders
 * @param {string} target
 */
export function prebuiltProblems(files, target) {
  if (!(target in WHEELS)) return [];
  return PREBUILT.filter((file) => !files.includes(file)).map((file) => `${file} is missing`);
}
