import type { RunConfig } from '../../runs/config';
import { formatCount } from '../../text/format-count';

/** Returns the configuration of a run that multiplies in single precision, and is otherwise the same. */
export function withFloat32(config: RunConfig): RunConfig {
  return { ...config, training: { ...config.training, precision: 'float32' } };
}

/** Below this ratio of two times, the one is not faster: measurements differ by a few percent. */
const CLEARLY = 0.95;

/**
 * Says whether training with products of bfloat16 pays on this machine.
 * @param own seconds per step with them @param plain seconds per step with float32
 */
export function precisionText(own: number, plain: number): string {
  const times = `a step takes ${milliseconds(own)}, and ${milliseconds(plain)} with float32`;
  if (own < CLEARLY * plain) return `bfloat16 is faster here: ${times}`;
  const verdict = plain < CLEARLY * own ? 'slower' : 'no faster';
  return `bfloat16 is ${verdict} here: ${times}; precision=float32 loses nothing`;
}

function milliseconds(seconds: number): string {
  const ms = 1000 * seconds;
  return `${ms < 100 ? ms.toPrecision(2) : formatCount(Math.round(ms))} ms`;
}
