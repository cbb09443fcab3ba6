import { DataError } from '../dataset';
import { decodeBmp, readBmpHeader } from './bmp';
import { MAXIMUM_MEGAPIXELS, type ImageHeader, type RgbaImage } from './image';
import { decodeJpeg } from './jpeg-decoder';
import { hasEndOfImage, readJpegHeader } from './jpeg-segments';
import { essentialPng, PNG_SIGNATURE, readPngHeader } from './png-chunks';
import { decodePng } from './png-decoder';
import { guessContent } from './sniff';

/**
 * Decodes a PNG, JPEG or BMP file, recognised by its content. JPEGs are turned upright by their EXIF orientation.
 * @throws DataError with a short reason: too large (by the header, before anything is decoded), cut, broken, CMYK,
 * 16 bits a channel, animated, or another format
 */
export async function decodeImage(bytes: Uint8Array): Promise<RgbaImage> {
  const header = readImageHeader(bytes);
  if (!header || (header.format === 'jpeg' && !hasEndOfImage(bytes, header.end))) {
    throw new DataError(`truncated JPEG: the file ends after ${bytes.length} bytes`);
  }
  const image = await DECODERS[header.format](bytes);
  if (image.width !== header.width || image.height !== header.height) {
    const got = `${image.width}x${image.height}`;
    throw new DataError(`broken image: decoded to ${got}, its header says ${header.width}x${header.height}`);
  }
  return image;
}

/**
 * Format and size from the first bytes of a file (64 KiB are enough for nearly all); null if a JPEG needs more.
 * @throws DataError as `decodeImage`, for all that the header tells
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | null {
  const header = startsWith(bytes, PNG_SIGNATURE)
    ? readPngHeader(bytes)
    : startsWith(bytes, [0xff, 0xd8])
      ? readJpegHeader(bytes)
      : startsWith(bytes, [0x42, 0x4d])
        ? readBmpHeader(bytes)
        : unreadable(bytes);
  if (!header) return null;
  const size = `${header.width}x${header.height}`;
  if (header.width === 0 || header.height === 0) throw new DataError(`empty picture: ${size}`);
  if (header.width * header.height > MAXIMUM_MEGAPIXELS * 1e6) {
    throw new DataError(`too large: ${size}, limit ${MAXIMUM_MEGAPIXELS} megapixels`);
  }
  return header;
}

const DECODERS: Record<ImageHeader['format'], (bytes: Uint8Array) => RgbaImage | Promise<RgbaImage>> = {
  png: (bytes) => decodePng(essentialPng(bytes)),
  jpeg: decodeJpeg,
  bmp: decodeBmp,
};

function startsWith(bytes: Uint8Array, start: ArrayLike<number>): boolean {
  return bytes.length >= start.length && Array.from(start).every((byte, i) => bytes[i] === byte);
}

function unreadable(bytes: Uint8Array): never {
  if (bytes.length === 0) throw new DataError('empty file: 0 bytes');
  throw new DataError(`not a PNG or JPEG image: it looks like ${guessContent(bytes)}`);
}
