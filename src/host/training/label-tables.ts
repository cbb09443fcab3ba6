import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Returns whether tables lie in a folder of images, or beside a folder or an archive. Which of them are about the images, the
 * plan of the training tells (`vae plan`).
 * @param data path of the folder or archive
 */
export async function hasTables(data: string, isFolder: boolean): Promise<boolean> {
  const folders = isFolder ? [data, dirname(data)] : [dirname(data)];
  const names = await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])));
  return names.flat().some((name) => /\.(csv|tsv)$/i.test(name) && !name.startsWith('.'));
}
