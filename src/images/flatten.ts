import type { RgbaImage } from './codecs/image';
import { averageOpaque } from './average-opaque';
import { backgroundColour } from './background';
import type { Colour } from './background';
import { filledPart, onBorders, resample } from './resize';
import type { ImageShape } from './image-shape';
import type { ImageReading } from '../domain/reading';

const WHITE: Colour = [255, 255, 255];

/** Converts a decoded image to a shape, by `flatten` and `resample`. @returns height * width * channels bytes */
export function fitImage(image: RgbaImage, shape: ImageShape, reading: ImageReading): Uint8Array {
  const { width, height } = image;
  const from = { width, height, channels: shape.channels };
  const filled = filledPart(from, shape, reading.fit);
  // The fast way crops what does not fit.
  const isWhole = reading.fit === 'crop' || width * filled.height === height * filled.width;
  const fast = isWhole ? averageOpaque(image, filled) : null;
  if (fast) return onBorders(fast, filled, shape, reading.background);
  const background = backgroundColour(reading.background);
  return resample(flatten(image, shape.channels, background), from, shape, reading);
}

/**
 * Converts a decoded image to 8-bit grey or RGB of the same size. Transparent areas are composited over the background.
 * Grey is the Rec. 601 luma, (299 R + 587 G + 114 B) / 1000, of the stored values; halves round up.
 * @returns height * width * channels bytes
 */
export function flatten(image: RgbaImage, channels: 1 | 3, background = WHITE): Uint8Array {
  const [behindRed, behindGreen, behindBlue] = background;
  const { data } = image;
  const count = image.width * image.height;
  const result = new Uint8Array(count * channels);
  for (let i = 0, from = 0, to = 0; i < count; i++, from += 4, to += channels) {
    let red = data[from]!;
    let green = data[from + 1]!;
    let blue = data[from + 2]!;
    const alpha = data[from + 3]!;
    if (alpha < 255) {
      red = (red * alpha + behindRed * (255 - alpha)) / 255;
      green = (green * alpha + behindGreen * (255 - alpha)) / 255;
      blue = (blue * alpha + behindBlue * (255 - alpha)) / 255;
    }
    if (channels === 1) {
      result[to] = Math.floor((299 * red + 587 * green + 114 * blue) / 1000 + 0.5);
    } else {
      result[to] = Math.floor(red + 0.5);
      result[to + 1] = Math.floor(green + 0.5);
      result[to + 2] = Math.floor(blue + 0.5);
    }
  }
  return result;
}
