import { crc32, inflateSync } from 'node:zlib';
import { exifOrientation, xmpOrientation } from './exif';
import { pngChunks } from './png-chunks';

/** Limit of an inflated text; EXIF data have at most 64 KiB, which are twice as many hexadecimal digits. */
const MAX_TEXT_BYTES = 2 ** 20;
/** Keyword of the text in which ImageMagick stores EXIF data in hexadecimal digits. */
const RAW_EXIF = 'Raw profile type exif';
const XMP = 'XML:com.adobe.xmp';

/**
 * Reads the orientation of a PNG: from its eXIf chunk, else from EXIF data that ImageMagick wrote as text, else from XMP
 * metadata; 1 if it has none. Sees only chunks that lie completely in the given bytes.
 */
export function pngOrientation(bytes: Uint8Array): number {
  let exif: number | undefined;
  let raw: number | undefined;
  let xmp: number | undefined;
  for (const { name, body, start, end } of pngChunks(bytes)) {
    if (name === 'eXIf') {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const isIntact = crc32(bytes.subarray(start + 4, end - 4)) === view.getUint32(end - 4);
      if (isIntact) exif ??= exifOrientation(body);
    } else if (/^(tEXt|zTXt|iTXt)$/.test(name)) {
      const keyword = latin1(body.subarray(0, Math.max(0, body.subarray(0, 80).indexOf(0))));
      if (keyword === RAW_EXIF) raw ??= rawOrientation(textOf(name, body, keyword.length + 1));
      if (keyword === XMP) xmp ??= xmpOrientation(textOf(name, body, keyword.length + 1));
    }
  }
  return exif ?? raw ?? xmp ?? 1;
}

/** Returns the text of a text chunk; empty if it is broken or too long. @param at offset after its keyword */
function textOf(name: string, body: Uint8Array, at: number): Uint8Array {
  if (name === 'tEXt') return body.subarray(at);
  if (name === 'zTXt') return inflated(body.subarray(at + 1));
  // Two flags of compression, then language and translated keyword, each ended by a zero.
  const language = body.indexOf(0, at + 2);
  const translated = language < 0 ? -1 : body.indexOf(0, language + 1);
  if (translated < 0) return new Uint8Array();
  const text = body.subarray(translated + 1);
  return body[at] === 1 ? inflated(text) : text;
}

function inflated(bytes: Uint8Array): Uint8Array {
  try {
    return inflateSync(bytes, { maxOutputLength: MAX_TEXT_BYTES });
  } catch {
    return new Uint8Array();
  }
}

/** The text is an empty line, the kind of profile, its length, and lines of digits. */
function rawOrientation(text: Uint8Array): number | undefined {
  const digits = latin1(text).split('\n').slice(3).join('').replace(/\s/g, '');
  return exifOrientation(Buffer.from(digits, 'hex'));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
