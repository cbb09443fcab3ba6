import type { ImageHeader } from './image';
import { exifOrientation, xmpOrientation } from './exif';
import { isSideways } from './orientation';
import { DataError } from '../data-error';
import type { ReadingRules } from '../../domain/reading';

/** SOF2, the frame header of progressive JPEGs. */
const PROGRESSIVE_MARKER = 0xc2;
const CMYK_BYTES_A_PIXEL = 44;
/** Limit for everything before the frame header, like colour profiles and previews. */
const MAX_START_BYTES = 32 * 2 ** 20;

export interface JpegHeader extends ImageHeader {
  /** 1 is grey, 3 is colour, 4 is CMYK or YCCK. */
  readonly components: number;
  /** Orientation by EXIF or XMP metadata, 1 if missing. */
  readonly orientation: number;
  /** Byte offset of the end of the frame header. */
  readonly end: number;
}

/** What the frame header says. */
type JpegFrame = Omit<JpegHeader, 'orientation'>;

/**
 * Reads the frame header, and the orientation from the metadata before the image data; null if the given bytes end before the
 * frame header. Orientations 5 to 8 swap width and height.
 * @throws DataError if a component has other than 8 bits, or the JPEG structure is invalid
 */
export function readJpegHeader(bytes: Uint8Array, rules: ReadingRules = 2): JpegHeader | null {
  const metadata = rules === 1 ? new FirstMetadata() : new Metadata();
  const frame = readFrame(bytes, metadata, rules);
  if (!frame) return null;
  const { orientation } = metadata;
  const { width, height } = frame;
  return { ...frame, ...(isSideways(orientation) ? { width: height, height: width } : {}), orientation };
}

/** Collects the orientation from the APP1 segments. */
class Metadata {
  /** EXIF data may continue in further segments. */
  private readonly exif: Uint8Array[] = [];
  private xmp: Uint8Array | undefined;

  add(segment: Uint8Array): void {
    if (startsWith(segment, EXIF)) this.exif.push(segment.subarray(EXIF.length));
    else if (startsWith(segment, XMP)) this.xmp = segment.subarray(XMP.length);
  }

  get orientation(): number {
    const exif = this.exif.length === 0 ? undefined : exifOrientation(Buffer.concat(this.exif));
    return exif ?? (this.xmp && xmpOrientation(this.xmp)) ?? 1;
  }
}

const EXIF = Buffer.from('Exif\0\0', 'latin1');
const XMP = Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1');

const startsWith = (bytes: Uint8Array, start: Buffer): boolean =>
  start.equals(bytes.subarray(0, start.length));

/** The orientation by the rules 1: of the last EXIF segment before the frame header that has one. */
class FirstMetadata {
  orientation = 1;

  add(segment: Uint8Array): void {
    this.orientation = firstOrientation(segment) ?? this.orientation;
  }
}

function readFrame(
  bytes: Uint8Array,
  metadata: Pick<Metadata, 'add'>,
  rules: ReadingRules,
): JpegFrame | null {
  let frame: JpegFrame | null = null;
  let position = 2;
  while (position + 4 <= bytes.length) {
    if (position > MAX_START_BYTES) {
      if (frame) break;
      throw new DataError(`broken JPEG: no frame header in its first ${MAX_START_BYTES} bytes`);
    }
    if (bytes[position] !== 0xff && frame) break;
    if (bytes[position] !== 0xff) throw new DataError(`broken JPEG: no marker at byte ${position}`);
    const marker = bytes[position + 1]!;
    // Fill bytes and standalone markers have no length field. Decoders skip them too: otherwise they could find a
    // different frame header than we do.
    if (marker === 0xff || isBare(marker)) {
      position += marker === 0xff ? 1 : 2;
      continue;
    }
    if ((marker === 0xd9 || marker === 0xda) && frame) break;
    if (marker === 0xd9 || marker === 0xda)
      throw new DataError('broken JPEG: no frame header before the data');
    const body = position + 4;
    const end = position + 2 + uint16(bytes, position + 2);
    if (end > bytes.length) break;
    if (marker === 0xe1) metadata.add(bytes.subarray(body, end));
    if (!frame && isFrameHeader(marker) && end >= body + 6) {
      const height = uint16(bytes, body + 1);
      const width = uint16(bytes, body + 3);
      const components = bytes[body + 5]!;
      checkSamples(bytes[body]!, components);
      const memory = width * height * bytesAPixel(components, marker === PROGRESSIVE_MARKER);
      frame = { width, height, memory, components, end };
      // Metadata may follow, up to the image data.
      if (rules === 1) break;
    }
    position = end;
  }
  return frame;
}

/** Checks for the end-of-image marker: libjpeg would paint the missing part of a truncated file grey. */
export function hasEndOfImage(bytes: Uint8Array, from: number): boolean {
  let position = from;
  while ((position = bytes.indexOf(0xff, position)) !== -1) {
    const marker = bytes[position + 1];
    if (marker === undefined) return false;
    if (marker === 0xd9) return true;
    // A 255 inside coded data is followed by 0. Restart markers and fill bytes have no length field, other markers do.
    const bare = marker === 0 || marker === 0xff || isBare(marker);
    position += bare ? (marker === 0xff ? 1 : 2) : 2 + Math.max(2, uint16(bytes, position + 2));
  }
  return false;
}

/** Whether a marker stands alone, without a length field: TEM and RST0 to RST7. */
function isBare(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

function checkSamples(bits: number, components: number): void {
  if (bits !== 8) throw new DataError(`${bits} bits a channel: expected 8; save it with 8 bits a channel`);
  if (![1, 3, 4].includes(components)) {
    throw new DataError(`${components} colour components: expected 1 (grey), 3 (colour) or 4 (CMYK)`);
  }
}

/** Returns decoding memory: the image and a copy, plus all coefficients of a progressive file. The CMYK decoder needs more. */
function bytesAPixel(components: number, progressive: boolean): number {
  return components === 4 ? CMYK_BYTES_A_PIXEL : 8 + (progressive ? 2 * components : 0);
}

/** Matches SOF0 to SOF15 except the Huffman table (C4), reserved (C8) and arithmetic table (CC) markers in between. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Reads tag 0x0112 from the first image directory of an APP1 segment, by the rules 1; undefined if missing. */
function firstOrientation(segment: Uint8Array): number | undefined {
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
