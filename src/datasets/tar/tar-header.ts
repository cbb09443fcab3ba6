import { DataError } from '../../images/data-error';

/** Bytes of a header; content is padded to a multiple. */
export const BLOCK_BYTES = 512;

/** A header of a tape archive, as it is stored: long names and sizes follow in records of their own. */
export interface TarHeader {
  readonly path: string;
  /** The kind of entry, a character. */
  readonly type: string;
  /** Bytes of content. */
  readonly size: number;
  /** Target of a link. */
  readonly link: string;
  /** Whether the map of a sparse file of GNU goes on in the next block. */
  readonly isExtended: boolean;
}

const CHECKSUM = { start: 148, end: 156 } as const;

/** Whether a block is a header: its checksum is right. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < BLOCK_BYTES || isZero(block)) return false;
  const declared = octal(block, CHECKSUM.start, CHECKSUM.end);
  let unsigned = 0;
  let signed = 0;
  for (let i = 0; i < BLOCK_BYTES; i++) {
    const byte = i >= CHECKSUM.start && i < CHECKSUM.end ? 0x20 : block[i]!;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  // Some old programs summed signed bytes.
  return declared === unsigned || declared === signed;
}

export function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** Reads a header. @throws DataError for a size that is none */
export function parseTarHeader(block: Uint8Array): TarHeader {
  const isPosix = latin1(block, 257, 263) === 'ustar\0';
  const prefix = isPosix ? text(block, 345, 500) : '';
  const name = text(block, 0, 100);
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    type: String.fromCharCode(block[156]!),
    size: sizeOf(block, 124, 136),
    link: text(block, 157, 257),
    isExtended: block[482] !== 0,
  };
}

/** Reads a size: octal digits, or base 256 with the highest bit set for sizes above 8 GiB. */
function sizeOf(block: Uint8Array, start: number, end: number): number {
  let size = octal(block, start, end);
  if (block[start]! >= 0x80) {
    size = block[start]! & 0x7f;
    for (let i = start + 1; i < end; i++) size = 256 * size + block[i]!;
  }
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw new DataError('broken: a size that is not a number');
}

/** Returns the value of octal digits between blanks; NaN for anything else. */
function octal(block: Uint8Array, start: number, end: number): number {
  const digits = latin1(block, start, end).replace(/\0.*$/s, '').trim();
  return digits === '' ? 0 : /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : NaN;
}

function text(block: Uint8Array, start: number, end: number): string {
  return decodeName(block.subarray(start, end));
}

/** Decodes a name up to its first zero; Latin-1 gives names in other encodings than UTF-8 at least a stable form. */
export function decodeName(bytes: Uint8Array): string {
  const zero = bytes.indexOf(0);
  const name = zero < 0 ? bytes : bytes.subarray(0, zero);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    return latin1(name, 0, name.length);
  }
}

const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');

/** Records that are used. Of those about sparse files, only that there are some counts, and the name. */
const usedKey = (key: string): string | null =>
  key === 'path' || key === 'size' || key === 'GNU.sparse.name'
    ? key
    : key.startsWith('GNU.sparse.')
      ? 'GNU.sparse.'
      : null;

/**
 * Parses the records of a pax header: `length key=value` and a new line each. Others than those that are used are left out, of which an
 * archive may have any number.
 * @throws DataError if they are broken
 */
export function parsePax(bytes: Uint8Array): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const space = bytes.indexOf(0x20, at);
    const digits = space < 0 || space - at > 10 ? '' : latin1(bytes, at, space);
    const end = at + Number(digits);
    if (!/^\d+$/.test(digits) || end <= space || end > bytes.length) {
      throw new DataError('broken: a pax record of a wrong length');
    }
    const record = bytes.subarray(space + 1, end - 1);
    const equals = record.indexOf(0x3d);
    const key = equals > 0 ? usedKey(latin1(record, 0, equals)) : null;
    if (key !== null) records.set(key, decodeName(record.subarray(equals + 1)));
    at = end;
  }
  return records;
}
