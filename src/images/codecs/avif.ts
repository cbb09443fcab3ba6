import createAvif from '@jsquash/avif/codec/dec/avif_dec.js';
import { EmscriptenDecoder } from './emscripten-decoder';
import { MAX_MEMORY_BYTES } from './image';
import type { ImageHeader, RgbaImage } from './image';
import { isSideways, turnUpright } from './orientation';
import { DataError } from '../data-error';

const BOX_HEADER = 8;
/** Box types and property counts in real files are far below. */
const MAX_BOXES = 10_000;
/** Decoding memory per pixel: planes of the frame and of its references, and the image (27 at 12 megapixels), and a copy of it. */
const BYTES_A_PIXEL = 32;

const decoder = new EmscriptenDecoder(createAvif, '@jsquash/avif/codec/dec/avif_dec.wasm', MAX_MEMORY_BYTES);

/**
 * Reads the size of the primary image of an AVIF from its properties (ISO/IEC 23008-12). Null if they go on beyond the given bytes.
 * @throws DataError if it has none
 */
export function readAvifHeader(bytes: Uint8Array): ImageHeader | null {
  const properties = propertiesOf(bytes);
  if (!properties) return null;
  const { width, height, orientation } = properties;
  const memory = width * height * BYTES_A_PIXEL;
  return isSideways(orientation) ? { width: height, height: width, memory } : { width, height, memory };
}

/** Decodes the primary image of an AVIF with libavif and turns it as its properties say. @throws DataError if it is broken */
export async function decodeAvif(bytes: Uint8Array): Promise<RgbaImage> {
  const properties = propertiesOf(bytes);
  const { image } = properties ? await decoder.decode(bytes, 8) : { image: null };
  if (!image || !properties)
    throw new DataError('broken AVIF: it cannot be decoded, or takes too much memory');
  return turnUpright(image, properties.orientation);
}

interface Properties {
  readonly width: number;
  readonly height: number;
  /** As in EXIF, 1 to 8. */
  readonly orientation: number;
}

interface Box {
  readonly type: string;
  /** Content, behind the header. */
  readonly start: number;
  readonly end: number;
}

function propertiesOf(bytes: Uint8Array): Properties | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const top = boxes(view, 0, bytes.length);
  const meta = top.find(({ type }) => type === 'meta');
  if (!meta) {
    if (top.at(-1) && top.at(-1)!.end < bytes.length)
      throw new DataError('broken AVIF: it has no properties');
    return null;
  }
  if (meta.end > bytes.length) return null;
  // Full boxes begin with a version and flags.
  const inMeta = boxes(view, meta.start + 4, meta.end);
  const primary = inMeta.find(({ type }) => type === 'pitm');
  const container = inMeta.find(({ type }) => type === 'iprp');
  const inContainer = container ? boxes(view, container.start, container.end) : [];
  const list = inContainer.find(({ type }) => type === 'ipco');
  const associations = inContainer.filter(({ type }) => type === 'ipma');
  if (!primary || !list) throw new DataError('broken AVIF: it has no primary image');
  const all = boxes(view, list.start, list.end);
  const used = associations.flatMap((box) => associated(view, box, primaryOf(view, primary)));
  const own = used.flatMap((number) => all[number - 1] ?? []);
  const size = own.find(({ type, start, end }) => type === 'ispe' && end - start >= 12);
  if (!size) throw new DataError('broken AVIF: its primary image has no size');
  const number = (type: string): number | null => {
    const box = own.find((one) => one.type === type && one.end > one.start);
    return box ? view.getUint8(box.start) : null;
  };
  return {
    width: view.getUint32(size.start + 4),
    height: view.getUint32(size.start + 8),
    orientation: orientationOf((number('irot') ?? 0) & 3, number('imir')),
  };
}

function primaryOf(view: DataView, { start, end }: Box): number {
  const isLong = view.getUint8(start) > 0;
  if (end - start < (isLong ? 8 : 6)) throw new DataError('broken AVIF: it has no primary image');
  return isLong ? view.getUint32(start + 4) : view.getUint16(start + 4);
}

/** Returns the numbers, from 1, of the properties of an item. */
function associated(view: DataView, { start, end }: Box, item: number): number[] {
  const isLongId = view.getUint8(start) > 0;
  const isLongNumber = (view.getUint8(start + 3) & 1) === 1;
  const numbers: number[] = [];
  let at = start + 4;
  const left = (length: number): boolean => at + length <= end;
  if (!left(4)) return numbers;
  const count = view.getUint32(at);
  at += 4;
  for (let i = 0; i < count && left(isLongId ? 5 : 3); i++) {
    const id = isLongId ? view.getUint32(at) : view.getUint16(at);
    at += isLongId ? 4 : 2;
    const properties = view.getUint8(at++);
    for (let k = 0; k < properties && left(isLongNumber ? 2 : 1); k++) {
      // The highest bit says that the property is essential.
      const number = isLongNumber ? view.getUint16(at) & 0x7fff : view.getUint8(at) & 0x7f;
      at += isLongNumber ? 2 : 1;
      if (id === item) numbers.push(number);
    }
  }
  return numbers;
}

/** Returns the EXIF orientation that equals a rotation by 90 degrees anticlockwise `angle` times, then a reflection. */
function orientationOf(angle: number, axis: number | null): number {
  if (axis === null) return [1, 8, 3, 6][angle]!;
  const exchangesSides = (axis & 1) === 1;
  return (exchangesSides ? [2, 7, 4, 5] : [4, 5, 2, 7])[angle]!;
}

/** Returns the boxes in a range; the last may end beyond it. @throws DataError if their sizes are broken */
function boxes(view: DataView, start: number, end: number): Box[] {
  const found: Box[] = [];
  const stop = Math.min(end, view.byteLength);
  for (let at = start; at + BOX_HEADER <= stop;) {
    const type = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)));
    let header = BOX_HEADER;
    let size = view.getUint32(at);
    if (size === 1 && at + 16 <= stop) {
      header = 16;
      size = Number(view.getBigUint64(at + 8));
    }
    if (size === 0) size = end - at;
    if (size < header || found.length > MAX_BOXES) throw new DataError(`broken AVIF: a box of ${size} bytes`);
    found.push({ type, start: at + header, end: at + size });
    at += size;
  }
  return found;
}
