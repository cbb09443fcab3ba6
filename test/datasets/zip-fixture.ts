import { constants, crc32, deflateRawSync } from 'node:zlib';

const DEFLATE = 8;
/** The version that a reader needs for deflate, times ten. */
const VERSION = 20;

/** The bytes of a zip archive, made by zlib: a gigabyte takes seconds. Data that occurs again is compressed once. */
export function zipOf(entries: Iterable<readonly [name: string, data: Uint8Array]>): Buffer {
  const compressed = new Map<Uint8Array, { bytes: Buffer; crc: number }>();
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, data] of entries) {
    let packed = compressed.get(data);
    if (packed === undefined) {
      packed = { bytes: deflateRawSync(data, { level: constants.Z_BEST_COMPRESSION }), crc: crc32(data) };
      compressed.set(data, packed);
    }
    const { bytes, crc } = packed;
    // What both headers of a file say (APPNOTE.TXT, 4.3.7 and 4.3.12).
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(VERSION, 0);
    facts.writeUInt16LE(DEFLATE, 4);
    facts.writeUInt32LE(crc, 10);
    facts.writeUInt32LE(bytes.length, 14);
    facts.writeUInt32LE(data.length, 18);
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
