import type { RandomStream } from './stream';

/** Uniform numbers drawn at a time. */
const DRAW_VALUES = 4096;

/** Returns a function that draws from (0, 1), one number after the other, from the blocks of a stream from `block` on. */
export function uniformSource(stream: RandomStream, block: number): () => number {
  let drawn: Float64Array = new Float64Array(0);
  let [nextBlock, next] = [block, 0];
  return () => {
    if (next === drawn.length) {
      drawn = stream.uniforms(nextBlock++, DRAW_VALUES);
      next = 0;
    }
    return drawn[next++]!;
  };
}
