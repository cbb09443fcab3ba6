import type { ImageHeader } from './image';
import { isSideways } from './orientation';
import { DataError } from '../data-error';

/** SOF2. */
const PROGRESSIVE_MARKER = 0xc2;
const CMYK_BYTES_A_PIXEL = 44;
/** Colour profile, previews and all else in front of the frame header take no more. */
const MAX_START_BYTES = 32 * 2 ** 20;

export interface JpegHeader extends ImageHeader {
  /** 1 is grey, 3 is colour, 4 is CMYK or YCCK. */
  readonly components: number;
  /** Of EXIF. */
  readonly orientation: number;
  /** Byte offset behind the frame header. */
  readonly end: number;
}

/**
 * Null where the given bytes do not reach the frame header. EXIF orientations 5 to 8 exchange width and height.
 * @throws DataError for more than 8 bits a component, or no JPEG structure
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | null {
  let orientation = 1;
  let position = 2;
  while (position + 4 <= bytes.length) {
    if (position > MAX_START_BYTES) {
      throw new DataError(`broken JPEG: no frame header in its first ${MAX_START_BYTES} bytes`);
    }
    if (bytes[position] !== 0xff) throw new DataError(`broken JPEG: no marker at byte ${position}`);
    const marker = bytes[position + 1]!;
    // These have no length. Decoders know, and would see another frame header than we do.
    if (marker === 0xff || isBare(marker)) {
      position += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === 0xd9 || marker === 0xda)
      throw new DataError('broken JPEG: no frame header before the data');
    const body = position + 4;
    const end = position + 2 + uint16(bytes, position + 2);
    if (end > bytes.length) return null;
    if (marker === 0xe1) orientation = exifOrientation(bytes.subarray(body, end)) ?? orientation;
    if (isFrameHeader(marker) && end >= body + 6) {
      const height = uint16(bytes, body + 1);
      const width = uint16(bytes, body + 3);
      const components = bytes[body + 5]!;
      checkSamples(bytes[body]!, components);
      const memory = width * height * bytesAPixel(components, marker === PROGRESSIVE_MARKER);
      const size = isSideways(orientation) ? { width: height, height: width } : { width, height };
      return { ...size, memory, components, orientation, end };
    }
    position = end;
  }
  return null;
}

/** Whether the end-of-image marker is there: libjpeg would paint the missing part of a cut file grey. */
export function hasEndOfImage(bytes: Uint8Array, from: number): boolean {
  let position = from;
  while ((position = bytes.indexOf(0xff, position)) !== -1) {
    const marker = bytes[position + 1];
    if (marker === undefined) return false;
    if (marker === 0xd9) return true;
    // Inside coded data a 255 is followed by 0, and restart markers and fill bytes have no length; others do.
    const bare = marker === 0 || marker === 0xff || isBare(marker);
    position += bare ? (marker === 0xff ? 1 : 2) : 2 + Math.max(2, uint16(bytes, position + 2));
  }
  return false;
}

/** TEM, and RST0 to RST7. */
function isBare(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

function checkSamples(bits: number, components: number): void {
  if (bits !== 8) throw new DataError(`${bits} bits a channel: expected 8; save it with 8 bits a channel`);
  if (![1, 3, 4].includes(components)) {
    throw new DataError(`${components} colour components: expected 1 (grey), 3 (colour) or 4 (CMYK)`);
  }
}

/** The picture and a copy; all coefficients, where they come in several scans; the decoder of CMYK is frugal with neither. */
function bytesAPixel(components: number, progressive: boolean): number {
  return components === 4 ? CMYK_BYTES_A_PIXEL : 8 + (progressive ? 2 * components : 0);
}

/** SOF0 to SOF15, without the Huffman table (C4), reserved (C8) and arithmetic table (CC) markers in between. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Tag 0x0112 of the first image directory of an APP1 segment; undefined where it is missing. */
function exifOrientation(segment: Uint8Array): number | undefined {
  if (segment.length < 14 || String.fromCharCode(...segment.subarray(0, 6)) !== 'Exif\0\0') return undefined;
  const tiff = new DataView(segment.buffer, segment.byteOffset + 6, segment.byteLength - 6);
  const little = tiff.getUint16(0) === 0x4949;
  const directory = tiff.getUint32(4, little);
  if (directory + 2 > tiff.byteLength) return undefined;
  const entries = tiff.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.byteLength) return undefined;
    if (tiff.getUint16(entry, little) === 0x0112) return tiff.getUint16(entry + 8, little);
  }
  return undefined;
}

function uint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}
