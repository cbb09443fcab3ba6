/** Reads where the members of a zip file lie (APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16), without its extensions for 4 GB and more. */
import { open } from 'node:fs/promises';

const END = { signature: 0x06054b50, bytes: 22, longestComment: 0xffff };
const ENTRY = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };
const DEFLATED = 8;

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {number} offset of the member's bytes, behind its header
 * @property {number} compressed number of these bytes
 * @property {boolean} isDeflated
 * @property {number} size unpacked
 */

/**
 * Returns the members of a zip file whose names `isWanted` accepts.
 * @param {string} path
 * @param {(name: string) => boolean} isWanted
 * @returns {Promise<Entry[]>}
 * @throws {Error} if it is no such file
 */
export async function zipEntries(path, isWanted) {
  const file = await open(path);
  try {
    const read = async (/** @type {number} */ position, /** @type {number} */ length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      if (bytesRead < length) throw new Error(`${path} ends early`);
      return buffer;
    };
    const { size } = await file.stat();
    const tail = await read(
      Math.max(0, size - END.bytes - END.longestComment),
      Math.min(size, END.bytes + END.longestComment),
    );
    const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
    if (end < 0) throw new Error(`${path} is not a zip file`);
    const directory = await read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    const entries = [];
    for (let at = 0; at < directory.length;) {
      if (directory.readUInt32LE(at) !== ENTRY.signature) throw new Error(`${path}: its directory is broken`);
      const [nameLength, extra, comment] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
      const nameEnd = at + ENTRY.bytes + (nameLength ?? 0);
      const name = directory.toString('utf8', at + ENTRY.bytes, nameEnd);
      if (isWanted(name)) {
        const [compressed = 0, bytes = 0] = [20, 24].map((field) => directory.readUInt32LE(at + field));
        const header = directory.readUInt32LE(at + 42);
        const isDeflated = directory.readUInt16LE(at + 10) === DEFLATED;
        const local = await read(header, LOCAL.bytes);
        if (local.readUInt32LE(0) !== LOCAL.signature)
          throw new Error(`${path}: no member at byte ${header}`);
        const offset = header + LOCAL.bytes + local.readUInt16LE(26) + local.readUInt16LE(28);
        entries.push({ name, offset, compressed, isDeflated, size: bytes });
      }
      at = nameEnd + (extra ?? 0) + (comment ?? 0);
    }
    return entries;
  } finally {
    await file.close();
  }
}
