import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PackedImages } from '../../cluster/submit';
import { DATA_FOLDER, LEAVE_OUT_FILE } from '../../cluster/train-script';
import { zipOf } from '../../cluster/zip';
import type { PackedFile } from '../../cluster/zip';
import { findIdxImages, labelsFileOf, partnerOf } from '../../datasets/arrays/idx-files';
import type { DatasetSource } from '../../datasets/dataset';
import { PathSelection } from '../../datasets/image-files/path-selection';
import { scanImages } from '../../datasets/image-files/scan';
import { confirmedSource } from '../../datasets/parse-source';
import { tarFiles } from '../../datasets/tar/tar-files';
import { readRegularFile } from '../../images/read-file';
import { formatSize } from '../../download/dataset';
import { mapLimited } from '../../shared/map-limited';
import { formatCount } from '../../text/format-count';
import { badInput } from '../exit';

/** Images up to this size travel with a job, in bytes; Ray takes 100 MiB at once. */
const MAX_SENT_BYTES = 64 << 20;
const MAX_SENT_FILES = 100_000;
/** Each needs a descriptor, of which a process may have few. */
const FILES_AT_ONCE = 16;

/** Images that are sent with a run, with what is said of them. */
export interface ImagesToSend extends PackedImages {
  readonly files: number;
  /** Unpacked, in bytes. */
  readonly size: number;
}

/**
 * Packs the images of a dataset, those alone that are selected, with its table of labels. Nothing else of their folder is sent.
 * @returns null if there is nothing to send: the digits are made where they are needed
 * @throws CliError if they are too large to be sent; DataError
 */
export async function packedImages(given: DatasetSource): Promise<ImagesToSend | null> {
  const source = await confirmedSource(given);
  const { leftOut = [] } = source;
  const list: PackedFile[] =
    leftOut.length === 0 ? [] : [{ path: LEAVE_OUT_FILE, bytes: Buffer.from(`${leftOut.join('\n')}\n`) }];
  if (source.kind === 'digits')
    return list.length === 0
      ? null
      : { bytes: zipOf(list), path: '', labels: null, hasLeftOut: true, files: 0, size: 0 };
  const { path, files } = await filesOf(source);
  const labels = 'labels' in source && source.labels !== undefined ? fileURLToPath(source.labels) : null;
  // Beside the images, so that no name of theirs is taken.
  const labelsPath = labels === null ? null : `labels/${basename(labels)}`;
  const all = [
    ...files.map((each) => ({ ...each, path: `${DATA_FOLDER}/${each.path}` })),
    ...(labels === null ? [] : [{ path: labelsPath!, file: labels }]),
  ];
  const size = await sizeOf(all.map(({ file }) => file));
  const packed = await mapLimited(all, FILES_AT_ONCE, async (each) => ({
    path: each.path,
    bytes: await readRegularFile(each.file),
  }));
  return {
    bytes: zipOf([...packed, ...list]),
    ...{ path, labels: labelsPath, hasLeftOut: list.length > 0, files: all.length, size },
  };
}

/** Returns the total size of files. @throws CliError if that is more than is sent */
async function sizeOf(files: readonly string[]): Promise<number> {
  const instead =
    'put them where the nodes see them, and name that place with --data-on-cluster PATH (here, --data may name a copy of them)';
  if (files.length > MAX_SENT_FILES)
    throw badInput(
      `${formatCount(files.length)} files of images, and at most ${formatCount(MAX_SENT_FILES)} are sent: ${instead}`,
    );
  let size = 0;
  for (const file of files) {
    size += (await stat(file)).size;
    if (size > MAX_SENT_BYTES)
      throw badInput(
        `the images have more than ${formatSize(MAX_SENT_BYTES)}, which is the most that is sent: ${instead}`,
      );
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
