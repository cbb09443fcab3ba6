import { basename } from 'node:path';
import { arrangeArray } from './arrange-channels';
import { holdsRows, imagesInPlace, imagesOfArray } from './array-images';
import { NPY_START, parseNpyHeader } from './npy';
import type { LoadedImages, LoadOptions } from '../load-options';
import { joinParts } from './array-parts';
import { RandomAccessFile } from '../zip/random-access';
import { DataError } from '../../images/data-error';

/**
 * Loads the images of one array, see `imagesOfArray`. Large arrays stay in their file if it stores them as rows of bytes.
 * @throws DataError that names the file
 */
export async function loadNpy(path: string, options: LoadOptions = {}): Promise<LoadedImages> {
  return RandomAccessFile.use(path, async (file) => {
    const stored = parseNpyHeader(file.name, await file.read(0, Math.min(NPY_START, file.size)));
    const { header, isUnchanged, finish } = arrangeArray(file.name, stored, options.reading);
    const expected = header.start + header.length;
    if (file.size !== expected) {
      const why = file.size < expected ? 'it is truncated' : 'it has more than one array';
      throw new DataError(`${file.name}: got ${file.size} bytes, expected ${expected} by its header: ${why}`);
    }
    const name = basename(path).replace(/\.npy$/i, '') || 'images';
    const part =
      isUnchanged && holdsRows(header)
        ? await imagesInPlace(file.name, path, header)
        : imagesOfArray(file.name, header, (signal) => file.pieces(header.start, header.length, signal));
    return joinParts(name, [finish(part)], [path], options);
  });
}
