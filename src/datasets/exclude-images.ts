import type { DatasetNote } from '../domain/dataset-notes';
import { SPLIT_NAMES } from '../domain/split';
import type { SplitName } from '../domain/split';
import type { Labels, Split } from './dataset';
import { listExamples } from './list-examples';
import { unknownLeftOut } from './image-files/path-selection';
import { FileRows } from './rows/file-rows';
import type { LoadedImages } from './load-options';
import { checkRow, residentRows } from './rows/image-rows';
import { DataError } from '../images/data-error';

/**
 * Returns a dataset without some of its images. The others keep their order, ids, labels and part of the dataset's own
 * split. Classes are kept even if they become empty. Rows in files stay there.
 * @param ids of images to exclude, in any order; a note names unknown ids
 * @throws DataError if no images remain, or a part of the split becomes empty
 */
export function leaveOut(loaded: LoadedImages, ids: readonly string[] = []): LoadedImages {
  const out = new Set(ids);
  if (out.size === 0) return loaded;
  const { name, count, images, labels, split } = loaded;
  const found = new Set<string>();
  const kept = Uint32Array.from({ length: count }, (_, row) => row).filter((row) => {
    const id = loaded.id(row);
    if (out.has(id)) found.add(id);
    return !out.has(id);
  });
  const notes = [...(loaded.notes ?? []), ...notesOn(loaded, out, found)];
  if (kept.length === count) return { ...loaded, notes };
  if (kept.length === 0) {
    throw new DataError(
      `${name}: all of its ${count} images are left out, expected some to train on; ${ADVICE}`,
    );
  }
  return {
    ...{ name, shape: loaded.shape, skipped: loaded.skipped, notes, found: loaded.found },
    count: kept.length,
    images: images instanceof FileRows ? images.only(kept) : residentRows(images.gather(kept), images.size),
    id: (index) => {
      checkRow(index, kept.length);
      return loaded.id(kept[index]!);
    },
    labels: labels && labelsOf(labels, kept),
    split: split && splitOf(name, split, kept, count),
  };
}

const ADVICE = 'leave out fewer';

/** Says how many images were left out, and which ids are those of no image, not even of one that cannot be used. */
function notesOn(
  { count, skipped }: LoadedImages,
  out: ReadonlySet<string>,
  found: ReadonlySet<string>,
): DatasetNote[] {
  const notes: DatasetNote[] = [];
  if (found.size > 0) {
    const text = `${found.size} of ${count} images left out by name: ${listExamples([...found])}`;
    notes.push({ subject: 'left out', level: 'info', text });
  }
  const unusable = new Set(skipped.map(({ path }) => path));
  const gone = [...out].filter((id) => !found.has(id) && !unusable.has(id));
  return gone.length > 0 ? [...notes, unknownLeftOut(gone, out.size)] : notes;
}

const labelsOf = ({ names, values }: Labels, kept: Uint32Array): Labels => ({
  names,
  values: Int32Array.from(kept, (row) => values[row]!),
});

/** Renumbers the parts of a split for the kept images. @throws DataError if a part becomes empty */
function splitOf(name: string, split: Split, kept: Uint32Array, count: number): Split {
  const numbers = new Int32Array(count).fill(-1);
  kept.forEach((row, number) => (numbers[row] = number));
  const parts = SPLIT_NAMES.map((part) => {
    const rows = split[part].filter((row) => numbers[row] !== -1).map((row) => numbers[row]!);
    if (rows.length > 0) return [part, rows] as const;
    const got = `all ${split[part].length} images of its part '${part}' are left out`;
    throw new DataError(`${name}: ${got}, expected at least 1 in each part of its split; ${ADVICE}`);
  });
  return Object.fromEntries(parts) as Record<SplitName, Uint32Array>;
}
