import { philoxBlock } from './philox';

/** Purpose of a random number. Each purpose has a separate sequence, so that drawing more of one never shifts another. */
export type Purpose =
  | 'initialise'
  | 'shuffle'
  | 'noise'
  | 'evaluate'
  | 'split'
  | 'digits'
  | 'sample'
  | 'importance'
  | 'binarise'
  | 'augment'
  | 'represent'
  | 'dream'
  | 'dream-pixels'
  | 'direction'
  | 'layout'
  | 'cluster'
  | 'sweep';

const PURPOSES: Record<Purpose, number> = {
  initialise: 1,
  shuffle: 2,
  noise: 3,
  evaluate: 4,
  split: 5,
  digits: 6,
  sample: 7,
  importance: 8,
  binarise: 9,
  augment: 10,
  represent: 11,
  dream: 16,
  'dream-pixels': 17,
  direction: 20,
  layout: 24,
  cluster: 28,
  sweep: 40,
};

/**
 * Random numbers of one seed and purpose, addressed by a block number (a step, an epoch, an image): the same address always
 * gives the same numbers, in any order of access.
 */
export class RandomStream {
  /** @param seed an integer from 0 to 2^53 - 1 @throws RangeError for any other seed */
  constructor(
    private readonly seed: number,
    private readonly purpose: Purpose,
  ) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`seed: got ${seed}, expected a whole number from 0 to 2^53 - 1`);
    }
  }

  /** Returns `count` uniform 32-bit words of block number `block` (0 to 2^53 - 1), after its first `skipped`. */
  words32(block: number, count: number, skipped = 0): Uint32Array {
    const [start, rest] = [Math.floor(skipped / 4), skipped % 4];
    const result = new Uint32Array(Math.ceil((rest + count) / 4) * 4);
    const blockLow = block >>> 0;
    const blockHigh = (Math.floor(block / 0x100000000) | (PURPOSES[this.purpose] << 21)) >>> 0;
    const seedLow = this.seed >>> 0;
    const seedHigh = Math.floor(this.seed / 0x100000000) >>> 0;
    for (let i = 0; i < result.length; i += 4) {
      philoxBlock(start + (i >>> 2), 0, blockLow, blockHigh, seedLow, seedHigh, result, i);
    }
    return result.subarray(rest, rest + count);
  }

  /** Returns `count` uniform numbers in (0, 1), never 0 or 1, after the first `skipped` of the block. */
  uniforms(block: number, count: number, skipped = 0): Float64Array {
    const words = this.words32(block, count, skipped);
    const result = new Float64Array(count);
    for (let i = 0; i < count; i++) result[i] = (words[i]! + 0.5) / 0x100000000;
    return result;
  }

  /** Returns `count` independent draws from N(0, 1), by Box-Muller, after the first `skipped` of the block. */
  normals(block: number, count: number, skipped = 0): Float32Array {
    // They are made in pairs.
    const rest = skipped % 2;
    const needed = rest + count;
    const uniforms = this.uniforms(block, needed + (needed % 2), skipped - rest);
    const result = new Float32Array(uniforms.length);
    for (let i = 0; i < result.length; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(uniforms[i]!));
      const angle = 2 * Math.PI * uniforms[i + 1]!;
      result[i] = radius * Math.cos(angle);
      result[i + 1] = radius * Math.sin(angle);
    }
    return result.subarray(rest, needed);
  }

  /** Returns a random permutation of 0..length-1, by Fisher-Yates. */
  permutation(block: number, length: number): Uint32Array {
    const order = Uint32Array.from({ length }, (_, i) => i);
    const uniforms = this.uniforms(block, length);
    for (let i = length - 1; i > 0; i--) {
      const j = Math.floor(uniforms[i]! * (i + 1));
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    return order;
  }
}
