import { Zlib } from 'fflate';
import { PAGE_ALIGNMENT } from '../../protocol/web-page';
import type { PageArray, PageFacts } from '../../protocol/web-page';

/** The arrays of a page, by name. */
export type PageArrays = Readonly<Record<string, Float32Array | Int32Array | Uint8Array>>;

/** Bytes that are compressed before signals are looked at. */
const PIECE_BYTES = 1 << 20;
/** A multiple of three bytes has no padding in base64, so that pieces can follow each other. */
const BASE64_BYTES = 3;

/**
 * Writes the data of a page in pieces: the length of the facts in four bytes, the facts as JSON, and each array at a multiple of eight
 * bytes; all compressed (zlib) and in base64, which has no character that could be markup.
 */
export function* pageText(
  facts: Omit<PageFacts, 'arrays'>,
  arrays: PageArrays,
  onProgress: (done: number, total: number) => void,
): Generator<Uint8Array> {
  const compressed: Uint8Array[] = [];
  const zlib = new Zlib({ level: 6 }, (piece) => compressed.push(piece));
  const parts = partsOf(facts, arrays);
  const total = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  let done = 0;
  let rest: Uint8Array = new Uint8Array(0);
  for (const [i, part] of parts.entries()) {
    for (let start = 0; start === 0 || start < part.byteLength; start += PIECE_BYTES) {
      const piece = part.subarray(start, start + PIECE_BYTES);
      const isLast = i === parts.length - 1 && start + PIECE_BYTES >= part.byteLength;
      zlib.push(piece, isLast);
      done += piece.byteLength;
      const bytes = Buffer.concat([rest, ...compressed.splice(0)]);
      const whole = isLast ? bytes.length : bytes.length - (bytes.length % BASE64_BYTES);
      rest = bytes.subarray(whole);
      onProgress(done, total);
      yield Buffer.from(bytes.toString('base64', 0, whole), 'latin1');
    }
  }
}

function partsOf(facts: Omit<PageFacts, 'arrays'>, arrays: PageArrays): Uint8Array[] {
  const places: Record<string, PageArray> = {};
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [name, array] of Object.entries(arrays)) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    places[name] = { type: typeOf(array), at, length: array.length };
    const padding = -bytes.length & (PAGE_ALIGNMENT - 1);
    parts.push(bytes, new Uint8Array(padding));
    at += bytes.length + padding;
  }
  const json = Buffer.from(JSON.stringify({ ...facts, arrays: places } satisfies PageFacts));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, json.length, true);
  const padding = new Uint8Array(-(json.length + length.length) & (PAGE_ALIGNMENT - 1));
  return [length, json, padding, ...parts];
}

function typeOf(array: PageArrays[string]): PageArray['type'] {
  if (array instanceof Float32Array) return 'float32';
  return array instanceof Int32Array ? 'int32' : 'uint8';
}
