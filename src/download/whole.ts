import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openRegularFile } from '../setup/open-regular-file.mjs';
import type { PublishedDataset, PublishedFile } from './dataset';

/** Returns the sha256 of a file on the disk, in hexadecimal digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await openRegularFile(path);
  try {
    const piece = Buffer.alloc(1 << 20);
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, piece.length, null);
      if (bytesRead === 0) break;
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** Returns whether `folder` holds the file with the published size and sha256. */
export async function isWhole(file: PublishedFile, folder: string): Promise<boolean> {
  const path = join(folder, file.name);
  const stats = await stat(path).catch(() => null);
  return stats?.isFile() === true && stats.size === file.bytes && (await sha256Of(path)) === file.sha256;
}

/** Returns the files of a dataset that are missing or incomplete in `folder`. */
export async function missingFiles(dataset: PublishedDataset, folder: string): Promise<PublishedFile[]> {
  const missing: PublishedFile[] = [];
  for (const file of dataset.files) if (!(await isWhole(file, folder))) missing.push(file);
  return missing;
}
