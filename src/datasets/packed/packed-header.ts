import { PACKED_BEGINNING, PACKED_FORMAT } from '../../domain/packed-format';
import { DataError } from '../../images/data-error';
import type { ImageShape } from '../../images/image-shape';

/** Of a header, in bytes; ours have a few hundred. */
const MAX_HEADER_BYTES = 65_536;
/** Bytes at the start of a file that hold any header. */
export const PACKED_START = 8 + MAX_HEADER_BYTES;
/** Limits of the tensors that are read as a whole. */
const MAX_ABOUT_BYTES = 64 << 20;
export const MAX_IDS_BYTES = 256 << 20;
/** No part of a dataset has more images. */
const MAX_IMAGES = 20_000_000;
export const MAX_PARTS = 10_000;

const TENSORS = ['images', 'ids', 'about', 'labels', 'roles'] as const;
type TensorName = (typeof TENSORS)[number];

/** Where a tensor is in a file, in bytes. */
interface Range {
  readonly start: number;
  readonly length: number;
}

/**
 * Packed images: a file in the format safetensors (little-endian u64 length of a JSON header, the header, data) with the images of a dataset
 * as a run sees them. Its tensors, in this order: `images` (U8, [N, H, W, C], 0 is black), `ids` (U8: a line of JSON for each image), `about`
 * (U8: JSON about the dataset, in the first part alone), `labels` (I32, [N], -1 for none) and `roles` (U8, [N], see `SPLIT_NAMES`), where the
 * dataset has them. Large datasets may be several such files.
 */
export interface PackedHeader {
  /** Of the whole dataset, see `fingerprintOf`. */
  readonly fingerprint: string;
  /** Number of this part from 1, and of how many. */
  readonly part: number;
  readonly parts: number;
  readonly count: number;
  readonly shape: ImageShape;
  readonly tensors: Readonly<Partial<Record<TensorName, Range>>> & Readonly<Record<'images' | 'ids', Range>>;
}

/** Whether a file of packed images may begin like this. @param start at least 72 bytes of it, or all of it */
export const startsLikePacked = (start: Uint8Array): boolean =>
  Buffer.from(start.buffer, start.byteOffset, start.length)
    .toString('latin1', 8)
    .startsWith(PACKED_BEGINNING);

/** Returns the start of a file. @param lengths of its tensors, in bytes */
export function encodeHeader(
  { fingerprint, part, parts, count, shape }: Omit<PackedHeader, 'tensors'>,
  lengths: Readonly<Partial<Record<TensorName, number>>>,
): Uint8Array {
  let at = 0;
  const entries = TENSORS.flatMap((name) => {
    const length = lengths[name];
    if (length === undefined) return [];
    const type = name === 'labels' ? 'I32' : 'U8';
    const dimensions = dimensionsOf(name, count, shape, length);
    return [[name, { dtype: type, shape: dimensions, data_offsets: [at, (at += length)] }] as const];
  });
  const metadata = { format: PACKED_FORMAT, part: `${part} of ${parts}`, fingerprint };
  const json = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  // Spaces after the header align the data.
  const bytes = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  bytes.writeBigUInt64LE(BigInt(bytes.length - 8));
  json.copy(bytes, 8);
  return bytes;
}

function dimensionsOf(name: TensorName, count: number, shape: ImageShape, length: number): number[] {
  if (name === 'images') return [count, shape.height, shape.width, shape.channels];
  return name === 'labels' || name === 'roles' ? [count] : [length];
}

/**
 * Reads a header.
 * @param name of the file, for errors @param start its first `PACKED_START` bytes, or all of it @param size of the file in bytes
 * @throws DataError that says what was found and expected
 */
export function decodeHeader(name: string, start: Uint8Array, size: number): PackedHeader {
  const fail = (what: string): never => {
    throw new DataError(
      `${name}: no file of packed images: ${what}; expected one that \`vae pack\` wrote, as it was`,
    );
  };
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.length);
  if (bytes.length < 8) return fail(`it has ${bytes.length} bytes`);
  const length = bytes.readBigUInt64LE(0);
  if (length > BigInt(MAX_HEADER_BYTES)) return fail(`its header would have ${length} bytes`);
  const dataStart = 8 + Number(length);
  if (bytes.length < dataStart) return fail('it is cut off in its header');
  let header: Readonly<Record<string, unknown>>;
  try {
    header = record(JSON.parse(bytes.toString('utf8', 8, dataStart)));
  } catch (error) {
    return fail(`its header is not readable: ${(error as Error).message}`);
  }
  const { __metadata__: metadata, ...rest } = header;
  const { format, part: partText, fingerprint } = record(metadata);
  if (format !== PACKED_FORMAT) return fail(`its format is ${shown(format)}, not ${PACKED_FORMAT}`);
  const [, part, parts] = (/^(\d{1,5}) of (\d{1,5})$/.exec(text(partText)) ?? []).map(Number);
  if (part === undefined || parts === undefined || part < 1 || part > parts || parts > MAX_PARTS)
    return fail(`it is part ${shown(partText)}`);
  if (!/^[0-9a-f]{64}$/.test(text(fingerprint))) return fail(`its fingerprint is ${shown(fingerprint)}`);
  const sizes = record(rest['images'])['shape'];
  if (!Array.isArray(sizes) || sizes.length !== 4 || !sizes.every((each) => Number.isSafeInteger(each)))
    return fail(`its images have the shape ${shown(sizes)}`);
  const [count, height, width, channels] = sizes as [number, number, number, number];
  const areSides = [height, width].every((side) => side >= 1 && side <= 4096);
  if (count < 1 || count > MAX_IMAGES || !areSides || (channels !== 1 && channels !== 3))
    return fail(`its images have the shape ${shown(sizes)}`);
  const shape: ImageShape = { width, height, channels };
  const tensors: Partial<Record<TensorName, Range>> = {};
  let covered = 0;
  for (const tensor of TENSORS) {
    if (rest[tensor] === undefined) continue;
    const { dtype, shape: given, data_offsets: offsets } = record(rest[tensor]);
    const [begin, end] = (Array.isArray(offsets) ? offsets : []) as unknown[];
    if (typeof end !== 'number' || !Number.isSafeInteger(end) || begin !== covered || end < covered)
      return fail(`'${tensor}' lies at ${shown(offsets)}`);
    const own = dimensionsOf(tensor, count, shape, end - covered);
    const itemSize = tensor === 'labels' ? 4 : 1;
    const expected = own.reduce((product, each) => product * each, itemSize);
    const isRight =
      dtype === (itemSize === 4 ? 'I32' : 'U8') && JSON.stringify(given) === JSON.stringify(own);
    if (!isRight || end - covered !== expected)
      return fail(
        `'${tensor}' has the type ${shown(dtype)}, the shape ${shown(given)} and ${end - covered} bytes`,
      );
    tensors[tensor] = { start: dataStart + covered, length: end - covered };
    covered = end;
  }
  const others = Object.keys(rest).filter((key) => !TENSORS.some((each) => each === key));
  if (others.length > 0) return fail(`it has a tensor ${shown(others[0])}`);
  if (dataStart + covered !== size)
    return fail(`it has ${size} bytes, and its header says ${dataStart + covered}`);
  const { images, ids, about } = tensors;
  if (images === undefined || ids === undefined || (about !== undefined) !== (part === 1))
    return fail(`it has the tensors ${Object.keys(tensors).join(', ')}`);
  if (ids.length > MAX_IDS_BYTES || (about?.length ?? 0) > MAX_ABOUT_BYTES)
    return fail(`it has ${ids.length} bytes of ids, and ${about?.length ?? 0} about itself`);
  return { fingerprint: text(fingerprint), part, parts, count, shape, tensors: { ...tensors, images, ids } };
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100);
