import { realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatasetSource } from './dataset';
import { archiveImages } from './archive-images';
import { arraysByName, withoutExtension } from './arrays/array-names';
import { findIdxImages } from './arrays/idx-files';
import { isArrayPath } from './arrays/npz';
import { scanImages } from './image-files/scan';
import { packedIds } from './packed/load-packed';
import { findParquet } from './parquet/parquet-files';
import { ignoresCase, PathLookup } from './path-lookup';
import type { PathForms } from './path-lookup';
import { withTarImages } from './tar/tar-dataset';
import { RandomAccessFile } from './zip/random-access';
import { ZipArchive } from './zip/zip';
import { holdsArrays } from './zip/zip-dataset';

/** What the entries of a list of images stand for. */
export interface FoundLeftOut {
  /** Paths as in `LeftOut.leftOut`, each once. */
  readonly paths: readonly string[];
  /** Entries that name no image. */
  readonly unknown: readonly string[];
  /** What paths of this dataset look like; empty if there are none. */
  readonly example: string;
}

/** The names that entries may have in a dataset. */
interface Names {
  /** Paths of images, or of containers, whose images are `path#index`. */
  readonly paths: readonly string[];
  readonly areContainers: boolean;
  readonly forms: PathForms;
}

/**
 * Finds the images that the entries of a list stand for: paths as in ids, in the forms of `PathLookup`, or relative to `cwd`.
 * Images of containers are `path#index`; whether there are so many is not checked.
 * @throws DataError if the dataset cannot be read
 */
export async function findLeftOut(
  source: DatasetSource,
  entries: readonly string[],
  cwd: string,
): Promise<FoundLeftOut> {
  const { paths, areContainers, forms } = await namesIn(source);
  const lookup = new PathLookup(paths, forms);
  const find = (text: string): readonly string[] => {
    const found = lookup.find(text);
    return found.length > 0 ? found : lookup.find(resolve(cwd, text.trim()));
  };
  const findIndexed = (text: string): readonly string[] => {
    const [, path, index] = /^(.*)#(\d+)\s*$/s.exec(text) ?? [];
    return path === undefined ? [] : find(path).map((container) => `${container}#${index}`);
  };
  const known = new Set<string>();
  const unknown: string[] = [];
  for (const entry of entries) {
    const found = areContainers ? findIndexed(entry) : find(entry);
    if (found.length === 0) unknown.push(entry);
    for (const path of found) known.add(path);
  }
  const first = paths[0] ?? '';
  return { paths: [...known], unknown, example: areContainers && first !== '' ? `${first}#0` : first };
}

async function namesIn(source: DatasetSource): Promise<Names> {
  if (source.kind === 'digits') return { paths: ['digits'], areContainers: true, forms: {} };
  const path = fileURLToPath(source.uri);
  switch (source.kind) {
    case 'folder': {
      const root = await realpath(path);
      const { files, skipped } = await scanImages(root, { rules: source.rules });
      const paths = [...files, ...skipped.map((file) => file.path)];
      const forms = { roots: [path, root], ignoresCase: await ignoresCase(root, files) };
      return { paths, areContainers: false, forms };
    }
    case 'zip':
      return RandomAccessFile.use(path, async (file) => {
        const archive = await ZipArchive.open(file);
        if (!holdsArrays(archive, source.rules)) {
          const { images, skipped } = await archiveImages(archive, { rules: source.rules });
          return {
            paths: [...images, ...skipped].map((image) => image.path),
            areContainers: false,
            forms: {},
          };
        }
        const arrays = archive.entries.filter((entry) => isArrayPath(entry.path));
        const names = arraysByName(arrays, source.rules).images;
        return {
          paths: names.map(({ entry }) => withoutExtension(entry.path)),
          areContainers: true,
          forms: {},
        };
      });
    case 'npy':
      return { paths: [basename(path)], areContainers: true, forms: { roots: [dirname(path)] } };
    case 'idx': {
      const files = await findIdxImages(path);
      const paths = (files.length > 0 ? files : [path]).map((file) => basename(file));
      return { paths, areContainers: true, forms: { roots: [path, dirname(path)] } };
    }
    case 'tar':
      return withTarImages(path, {}, { reading: source }, ({ images, skipped }) =>
        Promise.resolve({
          paths: [...images.map(({ id }) => id), ...skipped.map((file) => file.path)],
          areContainers: false,
          forms: {},
        }),
      );
    case 'packed':
      return { paths: await packedIds(path), areContainers: false, forms: {} };
    case 'parquet': {
      const paths = (await findParquet(path, source.rules)).map(({ id }) => id);
      return { paths, areContainers: true, forms: { roots: [path, dirname(path)] } };
    }
  }
}
