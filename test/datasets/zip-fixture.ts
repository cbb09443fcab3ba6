import { constants, crc32, deflateRawSync } from 'node:zlib';

const DEFLATE = 8;
/** The version that a reader needs for deflate, times ten. */
const VERSION = 20;

/** Bytes that so many zeros follow, which are never in memory. */
export interface Zeros {
  readonly start: Uint8Array;
  readonly zeros: number;
}

interface Packed {
  /** Deflated. */
  readonly bytes: Buffer;
  readonly crc: number;
  /** Before it was deflated. */
  readonly size: number;
}

const BLOCK = new Uint8Array(2 ** 20);
// A block that ends at a byte and refers to nothing before it, so that it can be repeated.
const REPEATABLE = { level: constants.Z_BEST_COMPRESSION, finishFlush: constants.Z_FULL_FLUSH };

function packed(data: Uint8Array | Zeros): Packed {
  if (data instanceof Uint8Array)
    return {
      bytes: deflateRawSync(data, { level: constants.Z_BEST_COMPRESSION }),
      crc: crc32(data),
      size: data.length,
    };
  const { start, zeros } = data;
  const block = deflateRawSync(BLOCK, REPEATABLE);
  const blocks = Math.floor(zeros / BLOCK.length);
  const rest = BLOCK.subarray(0, zeros % BLOCK.length);
  const parts = [deflateRawSync(start, REPEATABLE), ...new Array<Buffer>(blocks).fill(block)];
  let crc = crc32(start);
  for (let i = 0; i < blocks; i++) crc = crc32(BLOCK, crc);
  return {
    bytes: Buffer.concat([...parts, deflateRawSync(rest)]),
    crc: crc32(rest, crc),
    size: start.length + zeros,
  };
}

/** A gzip file (RFC 1952). */
export function gzipOf(data: Zeros): Buffer {
  const { bytes, crc, size } = packed(data);
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc, 0);
  end.writeUInt32LE(size, 4);
  return Buffer.concat([Buffer.of(0x1f, 0x8b, DEFLATE, 0, 0, 0, 0, 0, 0, 255), bytes, end]);
}

/** The bytes of a zip archive. Data that occurs again is compressed once. */
export function zipOf(entries: Iterable<readonly [name: string, data: Uint8Array | Zeros]>): Buffer {
  const compressed = new Map<Uint8Array | Zeros, Packed>();
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, data] of entries) {
    const entry = compressed.get(data) ?? packed(data);
    compressed.set(data, entry);
    const { bytes, crc, size } = entry;
    // What both headers of a file say (APPNOTE.TXT, 4.3.7 and 4.3.12).
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(VERSION, 0);
    facts.writeUInt16LE(DEFLATE, 4);
    facts.writeUInt32LE(crc, 10);
    facts.writeUInt32LE(bytes.length, 14);
    facts.writeUInt32LE(size, 18);
    facts.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), facts, Buffer.from(name), bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    const version = Buffer.from([VERSION, 0]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), version, facts, rest, Buffer.from(name)]));
    files.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...files, listed, Buffer.from('PK\x05\x06'), end]);
}
