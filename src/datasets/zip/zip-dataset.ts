import { basename } from 'node:path';
import { chosenLabels } from '../labels/csv-labels';
import { classFolders } from '../labels/folder-labels';
import type { ImageChoice } from '../dataset';
import { archiveImages, isImageEntry } from '../archive-images';
import { loadImageFiles } from '../image-files/load-image-files';
import { pathSplit } from '../image-files/path-split';
import { leaveOut } from '../exclude-images';
import { isArrayPath, loadNpz } from '../arrays/npz';
import type { LoadedImages, LoadOptions } from '../load-options';
import { RandomAccessFile } from './random-access';
import { folderNames } from '../labels/labels';
import { ZipArchive } from './zip';
import { DataError } from '../../images/data-error';
import type { ReadingRules } from '../../domain/reading';

/**
 * Loads a ZIP archive of images, like a folder with the same files, or of arrays (`.npz`, see `loadNpz`). Folders common to
 * all images do not count as labels.
 * @throws DataError that names the archive
 */
export async function loadZip(
  path: string,
  choice: ImageChoice,
  options: LoadOptions,
): Promise<LoadedImages> {
  const name = basename(path).replace(/\.(zip|npz)$/i, '') || 'images';
  const rules = options.reading?.rules;
  return RandomAccessFile.use(path, async (file) => {
    const archive = await ZipArchive.open(file, options.signal);
    if (holdsArrays(archive, rules)) {
      if (choice.include || choice.exclude || choice.labels !== undefined) {
        throw new DataError(
          `${file.name}: an archive of arrays; patterns and labels are for folders and images`,
        );
      }
      const leftOut = choice.leftOut?.map((inside) => `${archive.name}#${inside}`);
      return leaveOut(await loadNpz(name, path, archive, options), leftOut);
    }
    const { images, skipped, notes, pagesLeftOut } = await archiveImages(archive, { ...choice, rules });
    const { used, ...loaded } = await loadImageFiles(file.name, images, [path], options);
    const paths = used.map((image) => image.path);
    const parts = rules === 1 ? undefined : pathSplit(name, images, paths);
    const classes = rules === 1 ? folderNames : () => classFolders(paths, parts?.paths);
    const { labels, notes: labelNotes } = await chosenLabels(paths, choice, classes, rules);
    const all = {
      ...{ name, ...loaded, labels, split: parts?.split },
      skipped: [...skipped, ...loaded.skipped],
      notes: [...notes, ...labelNotes, ...(parts?.notes ?? []), ...loaded.notes],
    };
    return leaveOut(all, pagesLeftOut);
  });
}

/** Whether an archive contains arrays and no images. */
export function holdsArrays({ entries }: ZipArchive, rules: ReadingRules | undefined): boolean {
  return (
    entries.some(({ path }) => isArrayPath(path)) && !entries.some((entry) => isImageEntry(entry, rules))
  );
}
