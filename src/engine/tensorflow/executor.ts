import type { VaeConfig } from '../../vae/config';

/**
 * What runs the loop over the steps of a chunk: TensorFlow's graph executor, a kernel at a time, or XLA, which compiles the whole loop
 * into one function.
 */
export type Executor = 'graph' | 'xla';

/** The first release whose XLA is faster than its graph executor on processors. */
const FIRST_FAST_XLA = [2, 21] as const;

/** Returns whether XLA is to be had, and worth it, in a version of TensorFlow, e.g. `2.21.0`. */
export function hasFastXla(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [firstMajor, firstMinor] = FIRST_FAST_XLA;
  return major > firstMajor || (major === firstMajor && minor >= firstMinor);
}

/** Returns what runs the loop of a model: on processors, XLA's convolutions take many times as long as oneDNN's. */
export function executorFor({ convolution }: Pick<VaeConfig, 'convolution'>, wanted: Executor): Executor {
  return convolution === null ? wanted : 'graph';
}
