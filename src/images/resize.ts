import { backgroundColour } from './background';
import { imageSize } from './image-shape';
import type { ImageShape } from './image-shape';
import type { Fit } from '../domain/reading';

/** How to bring an image to another aspect ratio. */
export interface Fitting {
  readonly fit: Fit;
  /** Colour of the borders that `pad` leaves: a name or `#rrggbb`. */
  readonly background: string;
}

/** The usual way, which leaves no borders. */
export const CROP: Fitting = { fit: 'crop', background: 'black' };

/**
 * Resamples pixels to another shape: averages over each new pixel's area to shrink, or interpolates linearly between pixel
 * centres to enlarge. Averages stored values and rounds once, halves up; uses only + - * /, so every platform gives the same
 * bytes. To another aspect ratio, `crop` takes the largest centred region that has it, `pad` the whole image with borders, and
 * `stretch` the whole image, distorted.
 * @returns height * width * channels bytes of the shape `to`
 */
export function resample(
  pixels: Uint8Array,
  from: ImageShape,
  to: ImageShape,
  { fit, background }: Fitting = CROP,
): Uint8Array {
  const source = convertChannels(pixels, from.channels, to.channels);
  if (from.width === to.width && from.height === to.height) return source;
  if (fit === 'crop') return cropped(source, from, to);
  const filled = filledPart(from, to, fit);
  return onBorders(stretched(source, from, filled), filled, to, background);
}

/** Returns the shape of the part of the target that an image fills: all of it, except with `pad`. */
export function filledPart(from: ImageSize, to: ImageShape, fit: Fit): ImageShape {
  if (fit !== 'pad') return to;
  const scale = Math.max(from.width / to.width, from.height / to.height);
  const side = (whole: number, limit: number): number =>
    Math.min(limit, Math.max(1, Math.floor(whole / scale + 0.5)));
  return { ...to, width: side(from.width, to.width), height: side(from.height, to.height) };
}

/** Centres pixels on borders of the background colour; a border that cannot be halved is wider at the right or bottom. */
export function onBorders(
  pixels: Uint8Array,
  filled: ImageShape,
  to: ImageShape,
  background: string,
): Uint8Array {
  if (filled.width === to.width && filled.height === to.height) return pixels;
  const { channels } = to;
  const rgb = Uint8Array.from(backgroundColour(background));
  const colour = channels === 3 ? rgb : convertChannels(rgb, 3, 1);
  const result = new Uint8Array(imageSize(to));
  for (let i = 0; i < result.length; i++) result[i] = colour[i % channels]!;
  const left = Math.floor((to.width - filled.width) / 2);
  const top = Math.floor((to.height - filled.height) / 2);
  const line = filled.width * channels;
  for (let y = 0; y < filled.height; y++) {
    result.set(pixels.subarray(y * line, (y + 1) * line), ((top + y) * to.width + left) * channels);
  }
  return result;
}

/** Returns the share of an image, from 0 to 1, that `crop` loses. */
export function croppedShare(from: ImageSize, to: ImageSize): number {
  const scale = Math.min(from.width / to.width, from.height / to.height);
  return Math.max(0, 1 - (scale * to.width * scale * to.height) / (from.width * from.height));
}

type ImageSize = Pick<ImageShape, 'width' | 'height'>;

function stretched(source: Uint8Array, from: ImageShape, to: ImageShape): Uint8Array {
  const [across, down] = [from.width / to.width, from.height / to.height];
  if (across === down && across > 1 && Number.isInteger(across)) {
    return averageBoxes({ source, width: from.width, left: 0, top: 0, scale: across }, to);
  }
  const columns = axisTaps(from.width, to.width, across);
  const rows = axisTaps(from.height, to.height, down);
  return weigh(source, from.width, { columns, rows }, to);
}

function cropped(source: Uint8Array, from: ImageShape, to: ImageShape): Uint8Array {
  const scale = Math.min(from.width / to.width, from.height / to.height);
  const left = (from.width - to.width * scale) / 2;
  const top = (from.height - to.height * scale) / 2;
  if (scale > 1 && [scale, left, top].every(Number.isInteger)) {
    return averageBoxes({ source, width: from.width, left: left | 0, top: top | 0, scale: scale | 0 }, to);
  }
  const columns = axisTaps(from.width, to.width, scale);
  const rows = axisTaps(from.height, to.height, scale);
  return weigh(source, from.width, { columns, rows }, to);
}

interface Boxes {
  readonly source: Uint8Array;
  /** Width of the source in pixels. */
  readonly width: number;
  readonly left: number;
  readonly top: number;
  /** Side of the square of source pixels that becomes one pixel. */
  readonly scale: number;
}

/** Averages squares of whole pixels: integer sums, several times as fast as weighted sums. */
function averageBoxes({ source, width, left, top, scale }: Boxes, to: ImageShape): Uint8Array {
  const { channels } = to;
  const line = to.width * channels;
  const result = new Uint8Array(imageSize(to));
  const sums = new Uint32Array(line);
  const area = scale * scale;
  for (let y = 0; y < to.height; y++) {
    sums.fill(0);
    for (let row = top + y * scale; row < top + (y + 1) * scale; row++) {
      let position = (row * width + left) * channels;
      for (let k = 0; k < line; k += channels) {
        let first = 0;
        let second = 0;
        let third = 0;
        for (let i = 0; i < scale; i++, position += channels) {
          first += source[position]!;
          if (channels === 1) continue;
          second += source[position + 1]!;
          third += source[position + 2]!;
        }
        sums[k]! += first;
        if (channels === 1) continue;
        sums[k + 1]! += second;
        sums[k + 2]! += third;
      }
    }
    for (let k = 0; k < line; k++) result[y * line + k] = Math.floor(sums[k]! / area + 0.5);
  }
  return result;
}

/** Weights of consecutive source positions, from `start`, for one output position; they sum to 1. */
interface Taps {
  readonly start: number;
  readonly weights: Float64Array;
}

interface Axes {
  readonly columns: readonly Taps[];
  readonly rows: readonly Taps[];
}

function weigh(source: Uint8Array, width: number, { columns, rows }: Axes, to: ImageShape): Uint8Array {
  const { channels } = to;
  const line = to.width * channels;
  const firstRow = rows[0]!.start;
  const lastRow = rows.at(-1)!.start + rows.at(-1)!.weights.length;
  const narrow = new Float64Array((lastRow - firstRow) * line);
  for (let y = firstRow, k = 0; y < lastRow; y++) {
    for (let x = 0; x < to.width; x++) {
      const { start, weights } = columns[x]!;
      const count = weights.length;
      let position = (y * width + start) * channels;
      let first = 0;
      let second = 0;
      let third = 0;
      for (let i = 0; i < count; i++, position += channels) {
        const weight = weights[i]!;
        first += weight * source[position]!;
        if (channels === 1) continue;
        second += weight * source[position + 1]!;
        third += weight * source[position + 2]!;
      }
      narrow[k++] = first;
      if (channels === 1) continue;
      narrow[k++] = second;
      narrow[k++] = third;
    }
  }

  const result = new Uint8Array(imageSize(to));
  const sums = new Float64Array(line);
  for (let y = 0; y < to.height; y++) {
    const { start, weights } = rows[y]!;
    sums.fill(0);
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i]!;
      const position = (start - firstRow + i) * line;
      for (let k = 0; k < line; k++) sums[k]! += weight * narrow[position + k]!;
    }
    for (let k = 0; k < line; k++) result[y * line + k] = Math.floor(sums[k]! + 0.5);
  }
  return result;
}

function axisTaps(from: number, to: number, scale: number): Taps[] {
  const origin = (from - to * scale) / 2;
  return Array.from({ length: to }, (_, i) => {
    if (scale > 1) return areaTaps(origin + i * scale, origin + (i + 1) * scale, from);
    return linearTaps(origin + (i + 0.5) * scale - 0.5, from);
  });
}

/** Weights each source pixel by its overlap with the interval from `low` to `high`. */
function areaTaps(low: number, high: number, from: number): Taps {
  const start = Math.max(0, Math.floor(low));
  const end = Math.min(from, Math.ceil(high));
  const weights = Float64Array.from({ length: end - start }, (_, i) =>
    Math.max(0, Math.min(high, start + i + 1) - Math.max(low, start + i)),
  );
  const sum = weights.reduce((a, b) => a + b);
  return { start, weights: weights.map((weight) => weight / sum) };
}

function linearTaps(centre: number, from: number): Taps {
  const clamped = Math.min(Math.max(centre, 0), from - 1);
  const start = Math.floor(clamped);
  const rest = clamped - start;
  return { start, weights: rest > 0 ? Float64Array.of(1 - rest, rest) : Float64Array.of(1) };
}

function convertChannels(pixels: Uint8Array, from: 1 | 3, to: 1 | 3): Uint8Array {
  if (from === to) return pixels;
  const count = pixels.length / from;
  const result = new Uint8Array(count * to);
  for (let i = 0; i < count; i++) {
    if (to === 3) result.fill(pixels[i]!, 3 * i, 3 * i + 3);
    else {
      const sum = 299 * pixels[3 * i]! + 587 * pixels[3 * i + 1]! + 114 * pixels[3 * i + 2]!;
      result[i] = Math.floor(sum / 1000 + 0.5);
    }
  }
  return result;
}
