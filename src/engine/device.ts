/** What trains: the processor, a graphics card, or whichever of them is faster. */
export type DeviceChoice = 'auto' | 'cpu' | 'gpu';

/** Maximum length of an adapter's name in config.json. */
const MAX_DEVICE_LENGTH = 100;

/** What computes instead of the processor: an adapter of WebGPU, mostly a graphics card, or a program that computes as one would; or CUDA's card. */
export interface Adapter {
  /** As its driver says, e.g. `NVIDIA H200`. */
  readonly name: string;
  /** Computes on the processor, or cannot be told from one that does. */
  readonly isSoftware: boolean;
}

/** TensorFlow for NVIDIA's graphics cards. */
export interface CudaLibrary {
  /** Holds the binding and TensorFlow's libraries. */
  readonly folder: string;
  /** Variables of the environment that the libraries read when they load. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Names of drivers that compute on the processor: Mesa's, Chromium's, and Windows' own. */
const SOFTWARE = /llvmpipe|lavapipe|softpipe|swiftshader|basic render|\bwarp\b|software/i;

/** Returns an adapter of this name; one without a name counts as software. */
export function adapterNamed(name: string): Adapter {
  const text = name
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, MAX_DEVICE_LENGTH);
  return text === ''
    ? { name: 'an adapter that does not say its name', isSoftware: true }
    : { name: text, isSoftware: SOFTWARE.test(text) };
}
