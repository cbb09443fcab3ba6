import { decodeAvif, readAvifHeader } from './avif';
import { decodeBmp, readBmpHeader } from './bmp';
import { decodeGif, readGifHeader } from './gif';
import { MAX_MEGAPIXELS, MAX_MEMORY_BYTES } from './image';
import type { ImageHeader, RgbaImage } from './image';
import { decodeJpeg } from './jpeg-decoder';
import { decodeJpegXl, JPEG_XL_START, readJpegXlHeader } from './jpeg-xl';
import { readJpegHeader } from './jpeg-segments';
import { isSideways, turnUpright } from './orientation';
import { essentialPng, PNG_SIGNATURE, readPngHeader } from './png-chunks';
import { decodePng } from './png-decoder';
import { decodeDeepPng, isDeepPng } from './png-deep';
import { pngOrientation } from './png-orientation';
import { detectFileType } from './detect-file-type';
import { decodePnm, readPnmHeader } from './pnm';
import { decodeQoi, readQoiHeader } from './qoi';
import { decodeTiff } from './tiff';
import { readTiffHeader } from './tiff-layout';
import { decodeWebp, readWebpHeader } from './webp';
import { DataError } from '../data-error';
import type { ReadingRules } from '../../domain/reading';
import type { StoredScale } from '../stored-scale';

interface Format {
  readonly name: string;
  /** Pattern of a file's first bytes, read as Latin-1. */
  readonly start: RegExp;
  /** The same for files whose name does not say that they are images, where two bytes are too few. */
  readonly surely?: RegExp;
  /** The first rules by which it is read, if not the rules 1. */
  readonly since?: 2;
  /** Returns null if the header extends beyond the given bytes. */
  readonly readHeader: (bytes: Uint8Array, rules: ReadingRules) => ImageHeader | null;
  readonly decode: (
    bytes: Uint8Array,
    rules: ReadingRules,
    scale?: StoredScale,
  ) => RgbaImage | Promise<RgbaImage>;
}

const FORMATS: readonly Format[] = [
  {
    name: 'PNG',
    start: new RegExp(`^${Buffer.from(PNG_SIGNATURE).toString('latin1')}`),
    readHeader: (bytes, rules) => {
      const header = readPngHeader(bytes);
      const { width, height } = header;
      return rules !== 1 && isSideways(pngOrientation(bytes))
        ? { ...header, width: height, height: width }
        : header;
    },
    decode: async (bytes, rules, scale) => {
      const essential = essentialPng(bytes);
      const isDeep = scale !== undefined && isDeepPng(essential);
      const image = isDeep ? decodeDeepPng(essential, scale) : await decodePng(essential);
      return rules === 1 ? image : turnUpright(image, pngOrientation(bytes));
    },
  },
  {
    name: 'JPEG',
    start: /^\xff\xd8/,
    surely: /^\xff\xd8\xff/,
    readHeader: readJpegHeader,
    decode: decodeJpeg,
  },
  { name: 'WebP', start: /^RIFF....WEBP/s, readHeader: readWebpHeader, decode: decodeWebp },
  { name: 'GIF', start: /^GIF8[79]a/, readHeader: readGifHeader, decode: decodeGif },
  // The reserved bytes are zero, and the pixels begin soon after the header.
  { name: 'BMP', start: /^BM/, surely: /^BM....\0{4}..\0\0/s, readHeader: readBmpHeader, decode: decodeBmp },
  {
    name: 'TIFF',
    start: /^(II[*+]\0|MM\0[*+])/,
    readHeader: readTiffHeader,
    decode: (bytes, _, scale) => decodeTiff(bytes, scale),
  },
  {
    name: 'Netpbm',
    start: /^P([1-6][\s#]|7\n)/,
    surely: /^P([1-6]\s+[\d#]|7\n(#|WIDTH|HEIGHT|DEPTH|MAXVAL|TUPLTYPE))/,
    since: 2,
    readHeader: readPnmHeader,
    decode: decodePnm,
  },
  {
    name: 'AVIF',
    // The second kind names its brand among those that it is compatible with.
    start: /^....ftyp(avi[fs]|(mif1|miaf)....(....)*?avif)/s,
    since: 2,
    readHeader: readAvifHeader,
    decode: decodeAvif,
  },
  {
    name: 'JPEG XL',
    start: JPEG_XL_START,
    // The bare form begins with two bytes only.
    surely: /^\0\0\0\x0cJXL \r\n\x87\n/,
    since: 2,
    readHeader: readJpegXlHeader,
    decode: decodeJpegXl,
  },
  { name: 'QOI', start: /^qoif/, since: 2, readHeader: readQoiHeader, decode: decodeQoi },
];

/** Supported formats, for error messages. */
export const FORMAT_NAMES = 'PNG, JPEG, WebP, AVIF, JPEG XL, GIF, BMP, TIFF, Netpbm or QOI';

/**
 * Decodes an image file, recognised by its content: the first frame of an animation, the first page of several. It is turned
 * upright according to its orientation; by the rules 1, only a JPEG or TIFF is.
 * @param scale brings values of more than 8 bits to bytes; without it, the upper eight of 16 bits are kept, as
 * by the rules 1
 * @throws DataError with a short reason: too large (according to the header, before anything is decoded), truncated,
 * broken or unsupported
 */
export async function decodeImage(
  bytes: Uint8Array,
  rules: ReadingRules = 2,
  scale?: StoredScale,
): Promise<RgbaImage> {
  const { name, decode } = formatOf(bytes, rules);
  const header = readImageHeader(bytes, rules);
  if (!header) throw new DataError(`truncated ${name}: the file ends after ${bytes.length} bytes`);
  const image = await decode(bytes, rules, scale);
  if (image.width !== header.width || image.height !== header.height) {
    const got = `${image.width} × ${image.height}`;
    throw new DataError(
      `broken ${name}: decoded to ${got}, its header says ${header.width} × ${header.height}`,
    );
  }
  return image;
}

/**
 * Reads size and memory needs from the first bytes of a file (64 KiB are enough for nearly all); null if it needs more. A PNG
 * whose orientation stands behind the given bytes has the size that is stored.
 * @throws DataError like `decodeImage`, as far as the header shows the problem
 */
export function readImageHeader(bytes: Uint8Array, rules: ReadingRules = 2): ImageHeader | null {
  const header = formatOf(bytes).readHeader(bytes, rules);
  if (!header) return null;
  const size = `${header.width} × ${header.height}`;
  if (header.width === 0 || header.height === 0) throw new DataError(`empty picture: ${size}`);
  if (header.width * header.height > MAX_MEGAPIXELS * 1e6) {
    throw new DataError(`too large: ${size}, limit ${MAX_MEGAPIXELS} megapixels`);
  }
  if (header.memory > MAX_MEMORY_BYTES) {
    const memory = `${Math.ceil(header.memory / 1e6)} MB to decode, limit ${MAX_MEMORY_BYTES / 1e6} MB`;
    throw new DataError(`too large: ${size} of this kind would take ${memory}; save it as a plain JPEG`);
  }
  return header;
}

/** Bytes that `start` looks at. */
const START_BYTES = 40;

/** Whether the first bytes of a file are those of a format that is read, even if its name does not say so. */
export function startsLikeImage(bytes: Uint8Array): boolean {
  const start = textOf(bytes, START_BYTES);
  return FORMATS.some((format) => (format.surely ?? format.start).test(start));
}

const textOf = (bytes: Uint8Array, length: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, length)).toString('latin1');

function formatOf(bytes: Uint8Array, rules: ReadingRules = 2): Format {
  const start = textOf(bytes, START_BYTES);
  const format = FORMATS.find((one) => one.start.test(start) && (one.since ?? 1) <= rules);
  if (format) return format;
  if (bytes.length === 0) throw new DataError('empty file: 0 bytes');
  throw new DataError(`not a ${FORMAT_NAMES} image: it looks like ${detectFileType(bytes)}`);
}
