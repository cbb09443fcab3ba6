import { setImmediate as turn } from 'node:timers/promises';
import { RandomStream } from '../../random/stream';
import { drawStrokes } from './digit-pen';
import { shapeGlyph, UNIFORMS_FOR_SHAPE } from './digit-shape';
import { WAYS } from './digit-strokes';
import { allocatePixels, requestedShape } from '../load-options';
import type { LoadedImages, LoadOptions } from '../load-options';
import { resample } from '../../images/resize';
import { residentRows } from '../rows/image-rows';
import { imageSize } from '../../images/image-shape';
import type { ImageShape } from '../../images/image-shape';
import type { DigitFactors } from './digit-factors';

/** Original shape of the built-in digits, which are white strokes on black. */
export const DIGIT_SHAPE: ImageShape = { width: 28, height: 28, channels: 1 };
export const DEFAULT_DIGIT_COUNT = 8_000;
export const DEFAULT_DIGIT_SEED = 0;

const FACTOR_UNIFORMS = 11;
const ID_PREFIX = 'digits#';

/** Returns the factors of an image, a pure function of seed and index. */
export function digitFactors(seed: number, index: number): DigitFactors {
  return factorsFrom(uniformsOf(new RandomStream(seed, 'digits'), index), index);
}

/** Returns the factors of an image by its id, which contains the index even if other images are excluded. */
export function factorsOfDigit(seed: number, id: string): DigitFactors {
  return digitFactors(seed, Number(id.slice(ID_PREFIX.length)));
}

/** Draws one digit. @returns 28 x 28 bytes */
export function digitImage(seed: number, index: number): Uint8Array {
  return drawDigit(new RandomStream(seed, 'digits'), index);
}

/** Generates the first `count` digits of a seed as a dataset. @throws DataError if they do not fit into memory */
export async function loadDigits(
  count: number,
  seed: number,
  options: LoadOptions = {},
): Promise<LoadedImages> {
  const stream = new RandomStream(seed, 'digits');
  const shape = requestedShape(DIGIT_SHAPE, options);
  const pixels = allocatePixels(count, shape);
  for (let i = 0; i < count; i++) {
    pixels.set(resample(drawDigit(stream, i), DIGIT_SHAPE, shape), i * imageSize(shape));
    if (i % 500 === 0) {
      options.signal?.throwIfAborted();
      options.onProgress?.(i, count);
      await turn();
    }
  }
  options.onProgress?.(count, count);
  return {
    name: 'digits',
    shape,
    count,
    images: residentRows(pixels, imageSize(shape)),
    id: (index) => `${ID_PREFIX}${index}`,
    labels: {
      names: WAYS.map((_, digit) => String(digit)),
      values: Int32Array.from({ length: count }, (_, i) => i % 10),
    },
    skipped: [],
  };
}

function drawDigit(stream: RandomStream, index: number): Uint8Array {
  const uniforms = uniformsOf(stream, index);
  const factors = factorsFrom(uniforms, index);
  const glyph = WAYS[factors.label]![factors.way]!;
  const strokes = shapeGlyph(glyph, factors, uniforms.subarray(FACTOR_UNIFORMS), DIGIT_SHAPE.width);
  return drawStrokes(strokes, DIGIT_SHAPE.width, DIGIT_SHAPE.height);
}

function uniformsOf(stream: RandomStream, index: number): Float64Array {
  return stream.uniforms(index, FACTOR_UNIFORMS + UNIFORMS_FOR_SHAPE);
}

/** Derives factors from uniforms. The mean of two has a triangular distribution: bounded, and the same on every platform. */
function factorsFrom(uniforms: Float64Array, index: number): DigitFactors {
  const triangular = (i: number, low: number, high: number) =>
    low + ((high - low) * (uniforms[i]! + uniforms[i + 1]!)) / 2;
  const label = index % 10;
  return {
    label,
    way: Math.floor(uniforms[0]! * WAYS[label]!.length),
    slant: triangular(1, -0.3, 0.7),
    thickness: triangular(3, 1.2, 4),
    scale: triangular(5, 0.8, 1.08),
    x: triangular(7, -1.5, 1.5),
    y: triangular(9, -1.5, 1.5),
  };
}
