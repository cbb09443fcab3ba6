import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatSize, sizeOf } from './dataset';
import type { PublishedDataset } from './dataset';
import { DownloadError } from './errors';
import { datasetFolder, MNIST } from './mnist';
import { missingFiles } from './whole';

/**
 * Returns the folder of a downloaded dataset, given its name; returns other texts unchanged. A file or folder of that name in
 * `cwd` takes precedence.
 * @throws DownloadError if the dataset is not downloaded, with the command that downloads it
 */
export async function downloadedFolder(
  text: string,
  cwd: string,
  cacheRoot: string,
  dataset: PublishedDataset = MNIST,
): Promise<string> {
  const { name, title } = dataset;
  if (text !== name || (await stat(resolve(cwd, text)).catch(() => null)) !== null) return text;
  const folder = datasetFolder(cacheRoot, dataset);
  const missing = await missingFiles(dataset, folder);
  if (missing.length === 0) return folder;
  const size = formatSize(sizeOf(missing));
  throw new DownloadError(
    `${text}: there is no such folder, and ${title} is not downloaded; \`vae download ${text}\` does that (${size})`,
  );
}
