import type { RgbaImage } from './codecs/image';
import { imageSize, type ImageShape } from './dataset';

/**
 * A decoded picture as 8-bit grey or RGB of the same size.
 * Transparent parts are laid over white, the page that such drawings are made for (dark icons would vanish on black).
 * Grey is the luma of Rec. 601, (299 R + 587 G + 114 B) / 1000, of the values as stored; halves round up.
 */
export function flatten(image: RgbaImage, channels: 1 | 3): Uint8Array {
  const { data } = image;
  const count = image.width * image.height;
  const result = new Uint8Array(count * channels);
  for (let i = 0; i < count; i++) {
    const alpha = data[4 * i + 3]!;
    const white = 255 * (255 - alpha);
    const red = (data[4 * i]! * alpha + white) / 255;
    const green = (data[4 * i + 1]! * alpha + white) / 255;
    const blue = (data[4 * i + 2]! * alpha + white) / 255;
    if (channels === 1) {
      result[i] = Math.floor((299 * red + 587 * green + 114 * blue) / 1000 + 0.5);
    } else {
      result[3 * i] = Math.floor(red + 0.5);
      result[3 * i + 1] = Math.floor(green + 0.5);
      result[3 * i + 2] = Math.floor(blue + 0.5);
    }
  }
  return result;
}

/**
 * Brings pixels to another shape: the largest centred part with the target's aspect is averaged over each new pixel's
 * area where it shrinks, and interpolated linearly between pixel centres where it grows. Values are averaged as stored
 * and rounded once, halves up; only + - * / are used, so every platform gives the same bytes.
 */
export function resample(pixels: Uint8Array, from: ImageShape, to: ImageShape): Uint8Array {
  const source = convertChannels(pixels, from.channels, to.channels);
  if (from.width === to.width && from.height === to.height) return source;
  const scale = Math.min(from.width / to.width, from.height / to.height);
  const columns = axisTaps(from.width, to.width, scale);
  const rows = axisTaps(from.height, to.height, scale);
  const { channels } = to;

  const firstRow = rows[0]!.start;
  const lastRow = rows.at(-1)!.start + rows.at(-1)!.weights.length;
  const narrow = new Float64Array((lastRow - firstRow) * to.width * channels);
  for (let y = firstRow, k = 0; y < lastRow; y++) {
    for (const { start, weights } of columns) {
      for (let c = 0; c < channels; c++, k++) {
        let sum = 0;
        let position = (y * from.width + start) * channels + c;
        for (const weight of weights) {
          sum += weight * source[position]!;
          position += channels;
        }
        narrow[k] = sum;
      }
    }
  }

  const line = to.width * channels;
  const result = new Uint8Array(imageSize(to));
  for (let y = 0, k = 0; y < to.height; y++) {
    const { start, weights } = rows[y]!;
    for (let x = 0; x < line; x++, k++) {
      let sum = 0;
      let position = (start - firstRow) * line + x;
      for (const weight of weights) {
        sum += weight * narrow[position]!;
        position += line;
      }
      result[k] = Math.floor(sum + 0.5);
    }
  }
  return result;
}

/** Source positions from `start` on that make up one output position; the weights sum to 1. */
interface Taps {
  readonly start: number;
  readonly weights: Float64Array;
}

function axisTaps(from: number, to: number, scale: number): Taps[] {
  const origin = (from - to * scale) / 2;
  return Array.from({ length: to }, (_, i) => {
    if (scale > 1) return areaTaps(origin + i * scale, origin + (i + 1) * scale, from);
    return linearTaps(origin + (i + 0.5) * scale - 0.5, from);
  });
}

/** Each source pixel counts by the length of it that lies between `low` and `high`. */
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
