import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PublishedDataset, PublishedFile } from './dataset';

/** Of the bytes on the disk, in hexadecimal digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** Whether the file is in `folder`, with the size and the sha256 that were published. */
export async function isWhole(file: PublishedFile, folder: string): Promise<boolean> {
  const path = join(folder, file.name);
  const stats = await stat(path).catch(() => null);
  return stats?.isFile() === true && stats.size === file.bytes && (await sha256Of(path)) === file.sha256;
}

/** The files of a dataset that are not whole in `folder`: what a download would fetch. */
export async function missingFiles(dataset: PublishedDataset, folder: string): Promise<PublishedFile[]> {
  const missing: PublishedFile[] = [];
  for (const file of dataset.files) if (!(await isWhole(file, folder))) missing.push(file);
  return missing;
}
