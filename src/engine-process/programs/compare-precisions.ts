import type { RunConfig } from '../../runs/config';

/** Returns the configuration of a run that multiplies in single precision, and is otherwise the same. */
export function withFloat32(config: RunConfig): RunConfig {
  return { ...config, training: { ...config.training, precision: 'float32' } };
}

/** Compares the times of a step, in seconds, e.g. `a step takes 3.1 ms, and 1.6 ms with float32`. */
export function precisionText(withBfloat16: number, withFloat32: number): string {
  return `a step takes ${milliseconds(withBfloat16)}, and ${milliseconds(withFloat32)} with float32`;
}

const milliseconds = (seconds: number): string => `${(1000 * seconds).toPrecision(2)} ms`;
