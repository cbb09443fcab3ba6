import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageOf } from '../../cluster/package';
import { DATA_FOLDER } from '../../cluster/sent-images';
import { LEAVE_OUT_FILE } from '../../cluster/train-script';
import { zipOf } from '../../cluster/zip';
import type { PackedFile } from '../../cluster/zip';
import { findIdxImages, labelsFileOf, partnerOf } from '../../datasets/arrays/idx-files';
import type { DatasetSource } from '../../datasets/dataset';
import { PathSelection } from '../../datasets/image-files/path-selection';
import { scanImages } from '../../datasets/image-files/scan';
import { packedFiles } from '../../datasets/packed/load-packed';
import { confirmedSource } from '../../datasets/parse-source';
import { tarFiles } from '../../datasets/tar/tar-files';
import { readRegularFile } from '../../images/read-file';
import type { LoadOptions } from '../../datasets/load-options';
import { formatSize } from '../../download/dataset';
import { mapLimited } from '../../shared/map-limited';
import { badInput } from '../exit';
import type { AskedImages, ImagesToSend } from './images-to-send';
import { packedRows } from './packed-rows';
import { SENT_LIMITS } from './sent-limits';

/** Each needs a descriptor, of which a process may have few. */
const FILES_AT_ONCE = 16;

/**
 * Packs the images of a dataset, those alone that are selected, with its table of labels. Nothing else of their folder is sent. Many or large
 * files are read as a run reads them, and packed as rows.
 * @param asked how runs read them; null in several ways @param onProgress called while images are read
 * @returns null if there is nothing to send: the digits are made where they are needed
 * @throws CliError if they are too large to be sent; DataError
 */
export async function packedImages(
  given: DatasetSource,
  asked: AskedImages | null,
  onProgress: NonNullable<LoadOptions['onProgress']>,
): Promise<ImagesToSend | null> {
  const source = await confirmedSource(given);
  const { leftOut = [] } = source;
  const list: PackedFile[] =
    leftOut.length === 0 ? [] : [{ path: LEAVE_OUT_FILE, bytes: Buffer.from(`${leftOut.join('\n')}\n`) }];
  if (source.kind === 'digits')
    return list.length === 0
      ? null
      : {
          ...{ packages: [packageOf('images', zipOf(list))], path: '', rows: null, labels: null },
          ...{ hasLeftOut: true, files: 0, size: 0 },
        };
  const { path, files } = await filesOf(source);
  const labels = 'labels' in source && source.labels !== undefined ? fileURLToPath(source.labels) : null;
  // Beside the images, so that no name of theirs is taken.
  const labelsPath = labels === null ? null : `labels/${basename(labels)}`;
  const all = [
    ...files.map((each) => ({ ...each, path: `${DATA_FOLDER}/${each.path}` })),
    ...(labels === null ? [] : [{ path: labelsPath!, file: labels }]),
  ];
  const size = await sizeOf(all.map(({ file }) => file));
  if (size === null && asked === null)
    throw badInput(
      `the images have more than ${formatSize(SENT_LIMITS.bytes)}, and the trials read them in several sizes or ways, so that they cannot be packed for all: put them where the nodes see them, and name that place with --data-on-cluster PATH`,
    );
  if (size === null) return packedRows(await confirmedSource(asked!.source), { ...asked!.shape, onProgress });
  const packed = await mapLimited(all, FILES_AT_ONCE, async (each) => ({
    path: each.path,
    bytes: await readRegularFile(each.file),
  }));
  return {
    packages: [packageOf('images', zipOf([...packed, ...list]))],
    ...{ path, rows: null, labels: labelsPath, hasLeftOut: list.length > 0, files: all.length, size },
  };
}

/** Returns the total size of files; null if that is more than is sent as it is. */
async function sizeOf(files: readonly string[]): Promise<number | null> {
  if (files.length > SENT_LIMITS.files) return null;
  let size = 0;
  for (const file of files) {
    size += (await stat(file)).size;
    if (size > SENT_LIMITS.bytes) return null;
  }
  return size;
}

interface Found {
  /** Path of the dataset in the package. */
  readonly path: string;
  readonly files: readonly { readonly path: string; readonly file: string }[];
}

/** Finds the files of a dataset, and the names under which the same loader finds them again. */
async function filesOf(source: Exclude<DatasetSource, { readonly kind: 'digits' }>): Promise<Found> {
  const place = fileURLToPath(source.uri);
  const name = basename(place);
  const beside = (files: readonly string[]): Found['files'] =>
    files.map((file) => ({ path: basename(file), file }));
  const inside = (files: readonly string[]): Found['files'] =>
    files.map((file) => ({ path: `${name}/${relative(place, file).replaceAll('\\', '/')}`, file }));
  switch (source.kind) {
    case 'folder': {
      const { files } = await scanImages(place, { rules: source.rules });
      const selected = new PathSelection(source).filter(place, files);
      return { path: name, files: inside(selected.map((path) => join(place, path))) };
    }
    case 'idx': {
      const images = await findIdxImages(place);
      const partners = await Promise.all(images.map(partnerOf));
      const all = [...new Set([...images, ...partners.filter((each) => each !== null)])];
      const labels = await Promise.all(all.map(labelsFileOf));
      const tables = (await readdir(dirname(all[0]!))).filter((each) => /-mapping\.txt$/.test(each));
      const files = [
        ...all,
        ...labels.filter((each) => each !== null),
        ...tables.map((each) => join(dirname(all[0]!), each)),
      ];
      if (!(await isFolder(place))) return { path: name, files: beside(files) };
      // A folder called `raw` is named by the one above it.
      const path = name === 'raw' ? `${basename(dirname(place))}/raw` : name;
      return { path, files: files.map((file) => ({ path: `${path}/${basename(file)}`, file })) };
    }
    case 'tar': {
      const files = await tarFiles(place);
      return { path: name, files: (await isFolder(place)) ? inside(files) : beside(files) };
    }
    case 'parquet': {
      if (!(await isFolder(place))) return { path: name, files: beside([place]) };
      const entries = await readdir(place, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => join(entry.parentPath, entry.name));
      return { path: name, files: inside(files) };
    }
    case 'packed': {
      const files = await packedFiles(place);
      return { path: name, files: beside(files) };
    }
    case 'npy':
    case 'zip':
      return { path: name, files: beside([place]) };
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
