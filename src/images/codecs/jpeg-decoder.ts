import createMozjpeg from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import { decode as decodeCmyk } from 'jpeg-js';
import { EmscriptenDecoder } from './emscripten-decoder';
import { MAX_MEMORY_BYTES } from './image';
import type { RgbaImage } from './image';
import { hasEndOfImage, readJpegHeader } from './jpeg-segments';
import { turnUpright } from './orientation';
import { DataError } from '../data-error';
import type { ReadingRules } from '../../domain/reading';

const decoder = new EmscriptenDecoder(createMozjpeg, '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');

/** Decodes a JPEG and turns it upright by its orientation. @throws DataError if it is truncated or broken */
export async function decodeJpeg(bytes: Uint8Array, rules: ReadingRules = 2): Promise<RgbaImage> {
  const header = readJpegHeader(bytes, rules);
  if (!header || !hasEndOfImage(bytes, header.end)) {
    throw new DataError(`truncated JPEG: the file ends after ${bytes.length} bytes`);
  }
  if (header.components === 4) return turnUpright(decodeFourColours(bytes), header.orientation);
  // By the rules 1, the library's own reading of the EXIF orientation counts.
  if (rules === 1) return decodeColours(bytes, true);
  return turnUpright(await decodeColours(bytes, false), header.orientation);
}

/**
 * Decodes a grey or colour JPEG with MozJPEG. libjpeg only warns about damaged data and invents the rest of the image;
 * here such a warning is an error.
 * @param upright whether the library turns it upright
 */
async function decodeColours(bytes: Uint8Array, upright: boolean): Promise<RgbaImage> {
  const { image, warnings } = await decoder.decode(bytes, upright);
  const damage = warnings.find((warning) => !/extraneous bytes before marker/.test(warning));
  if (image && !damage) return image;
  throw new DataError(`broken JPEG: ${damage ?? 'it cannot be decoded'}`);
}

/** Decodes CMYK or YCCK as written by Adobe programs, which MozJPEG does not convert to RGB. */
function decodeFourColours(bytes: Uint8Array): RgbaImage {
  try {
    const { width, height, data } = decodeCmyk(bytes, {
      useTArray: true,
      tolerantDecoding: false,
      maxMemoryUsageInMB: MAX_MEMORY_BYTES / 2 ** 20,
    });
    return { width, height, data };
  } catch (error) {
    throw new DataError(`broken JPEG of CMYK colours: ${(error as Error).message}`);
  }
}
