import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng } from '../images/codecs/png-encode';
import type { DatasetSource } from './dataset';
import { loadDataset } from './load';
import { ensureFolder } from '../setup/ensure-folder.mjs';

/**
 * Writes the first `count` images of a dataset as PNG files, `<folder>/<class>/<index>.png`, as samples for users to
 * experiment with. Existing files are kept.
 * @returns the paths, in order
 */
export async function writeSampleImages(
  folder: string,
  source: DatasetSource,
  count: number,
): Promise<string[]> {
  const { shape, labels, ...dataset } = await loadDataset(
    source.kind === 'digits' ? { ...source, count } : source,
  );
  const paths: string[] = [];
  for (let i = 0; i < Math.min(count, dataset.count); i++) {
    const label = labels?.names[labels.values[i]!] ?? 'unlabelled';
    const path = join(folder, label, `${i}.png`);
    const bytes = dataset.images.range(i, 1);
    await ensureFolder(join(folder, label));
    await writeFile(path, encodePng({ ...shape, bytes }), { flag: 'wx' }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
    paths.push(path);
  }
  return paths;
}
