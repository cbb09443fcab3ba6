import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { openRegularFile } from '../../setup/open-regular-file.mjs';
import { mapLimited } from '../../shared/map-limited';

/** Names of IDX files of images. */
export const IDX_IN_FOLDER = /images.*idx3.*ubyte(\.gz)?$/i;

/** Bytes that are read of a compressed file; its first 8 bytes need far fewer. */
const START_BYTES = 4096;
const HEADER_BYTES = 8;
/** Each needs a descriptor, of which a process may have few; a folder may have thousands of such files. */
const FILES_AT_ONCE = 8;
const MAGIC = 0x0803;

/**
 * Returns the number of images in the IDX files of a folder, by their headers: of a file and its compressed version once.
 * @param names of the files @throws Error if one cannot be read, or is no IDX file of images
 */
export async function idxImageCount(folder: string, names: readonly string[]): Promise<number> {
  const single = names.filter(
    (name) => !(name.endsWith('.gz') && names.includes(name.slice(0, -'.gz'.length))),
  );
  const counts = await mapLimited(single, FILES_AT_ONCE, (name) => countOf(join(folder, name)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function countOf(path: string): Promise<number> {
  const file = await openRegularFile(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    const bytes = buffer.subarray(0, bytesRead);
    const header = bytes[0] === 0x1f ? gunzipSync(bytes, PARTIAL) : bytes;
    if (header.length < HEADER_BYTES || header.readUInt32BE(0) !== MAGIC)
      throw new Error(`${path}: no IDX file of images`);
    return header.readUInt32BE(4);
  } finally {
    await file.close();
  }
}

/** The file is cut; and a small part may not become large. */
const PARTIAL = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 2 ** 24 };
