import { basename } from 'node:path';
import { fileProblem, MAX_FILE_BYTES } from '../../images/read-file';
import { startsLikeImage } from '../../images/codecs/decode';
import { DataError, isAboutOneFile } from '../../images/data-error';
import type { ImageFile } from '../../images/image-file';
import type { DatasetNote } from '../../domain/dataset-notes';
import type { ImageChoice, SkippedFile } from '../dataset';
import { isImageName, mayBeImage } from '../image-files/image-names';
import { loadImageFiles } from '../image-files/load-image-files';
import { NoDataCount, noDataOfPath } from '../image-files/no-data';
import { whyNoImages } from '../image-files/no-images';
import { PathSelection, unknownLeftOut } from '../image-files/path-selection';
import { pathSplit } from '../image-files/path-split';
import { START_BYTES, unreadKind, unreadKindOf, UnreadFiles } from '../image-files/unread-kinds';
import { chosenLabels } from '../labels/csv-labels';
import type { NotedLabels } from '../labels/csv-labels';
import { classFolders } from '../labels/folder-labels';
import { labelsInOrder } from '../labels/labels';
import { leaveOut } from '../exclude-images';
import type { LoadedImages, LoadOptions } from '../load-options';
import { TarArchives } from './tar-archives';
import { tarEntries } from './tar-entries';
import type { TarBytes, TarEntry } from './tar-entries';
import { tarFiles } from './tar-files';
import { labelKind, labelNotes, labelOf, MAX_LABEL_BYTES, sampleKey } from './tar-labels';

/** Limit of the images of all archives. */
const MAX_IMAGES = 5_000_000;
/** Above this share of archives that cannot be read, they are probably the wrong ones. */
const MAX_SKIPPED_SHARE = 0.5;

/** An image with its path in its archive, and its label from the files beside it. */
interface TarImage extends ImageFile {
  readonly inside: string;
  readonly label: string | undefined;
}

/** The images of archives, and what in them cannot be used. */
export interface TarImages {
  readonly images: readonly TarImage[];
  /** Paths of the archives. */
  readonly files: readonly string[];
  readonly skipped: readonly SkippedFile[];
  readonly notes: readonly DatasetNote[];
  /** Number of texts beside images. */
  readonly texts: number;
  /** Ids of the pages of files that are left out, though their files are not. */
  readonly pagesLeftOut: readonly string[];
}

/**
 * Loads tape archives of images, gzipped or not, like folders with the same files; of several, in the order of their names. Ids are
 * `archive.tar#path`. In archives of WebDataset, files beside the images give the labels, see `labelKind`. Archives that cannot be
 * read are skipped, unless there is only one.
 * @throws DataError that names the archive
 */
export async function loadTar(
  path: string,
  choice: ImageChoice,
  options: LoadOptions,
): Promise<LoadedImages> {
  return withTarImages(path, choice, options, async (found) => {
    const place = basename(path);
    const { used, ...loaded } = await loadImageFiles(place, found.images, found.files, options);
    const name = place.replace(/[-_.]?\{.*/, '').replace(/\.(tar|tgz|tar\.gz)$/i, '') || 'images';
    const inside = used.map((image) => image.inside);
    const all = found.images.map((image) => ({ path: image.inside }));
    const parts = pathSplit(name, all, inside);
    const { labels, notes } = await labelsOf(used, found, parts.paths, choice, options);
    return leaveOut(
      {
        ...{ name, ...loaded, labels, split: parts.split },
        notes: [...found.notes, ...notes, ...parts.notes, ...loaded.notes],
        skipped: [...found.skipped, ...loaded.skipped],
      },
      found.pagesLeftOut,
    );
  });
}

async function labelsOf(
  used: readonly TarImage[],
  { texts }: TarImages,
  split: ReturnType<typeof pathSplit>['paths'],
  choice: ImageChoice,
  { reading }: LoadOptions,
): Promise<NotedLabels> {
  const labelled = used.filter(({ label }) => label !== undefined).length;
  if (choice.labels === undefined && labelled > 0) {
    const labels = labelsInOrder(used.map(({ label }) => label));
    return { labels, notes: labelNotes(labelled, used.length, texts) };
  }
  const paths = used.map(({ inside }) => inside);
  const chosen = await chosenLabels(paths, choice, () => classFolders(paths, split), reading?.rules);
  return { ...chosen, notes: [...chosen.notes, ...labelNotes(0, used.length, texts)] };
}

/** Provides the chosen images of archives, readable while `use` runs. @throws DataError that names the archive */
export async function withTarImages<T>(
  path: string,
  choice: ImageChoice,
  options: LoadOptions,
  use: (found: TarImages) => Promise<T>,
): Promise<T> {
  const files = await tarFiles(path).catch((error: unknown) => {
    throw error instanceof DataError ? error : new DataError(`${path}: ${fileProblem(error)}`);
  });
  if (files.length === 0)
    throw new DataError(`${path}: no tape archives, expected files such as shard-000.tar`);
  const archives = new TarArchives(options.cache);
  try {
    return await use(await imagesOf(basename(path), files, archives, choice, options));
  } finally {
    await archives.close();
  }
}

async function imagesOf(
  place: string,
  files: readonly string[],
  archives: TarArchives,
  choice: ImageChoice,
  { signal, reading }: LoadOptions,
): Promise<TarImages> {
  const images: TarImage[] = [];
  const read: string[] = [];
  const unreadable: SkippedFile[] = [];
  const selection = new PathSelection({ include: choice.include ?? [], exclude: choice.exclude ?? [] }, {});
  const contents = {
    selection,
    leftOut: new LeftOutIds(choice.leftOut),
    noData: new NoDataCount(),
    paths: [] as string[],
    skipped: [] as SkippedFile[],
    notes: [] as DatasetNote[],
    unread: new UnreadFiles(),
    texts: 0,
  };
  for (const file of files) {
    try {
      const bytes = await archives.add(file, signal);
      for (const image of await archiveImages(bytes, contents, signal)) images.push(image);
      read.push(file);
    } catch (error) {
      if (files.length === 1 || !isAboutOneFile(error)) throw error;
      unreadable.push({ path: basename(file), reason: error.message });
    }
    if (images.length > MAX_IMAGES)
      throw new DataError(
        `${place}: over ${MAX_IMAGES} images, expected that many at most; name fewer archives`,
      );
  }
  if (unreadable.length > MAX_SKIPPED_SHARE * files.length) {
    const examples = unreadable.slice(0, 3).map(({ reason }) => reason);
    const got = `${unreadable.length} of ${files.length} archives cannot be read, expected at most half`;
    throw new DataError(`${place}: ${got}: ${examples.join('; ')}; take these out of it`);
  }
  const { skipped, notes, unread, noData, paths, leftOut, texts } = contents;
  const why = images.length === 0 && paths.length === 0 ? whyNoImages({ skipped, noData, unread }) : '';
  if (why !== '') throw new DataError(`${place}: no images found${why}`);
  const chosen = paths.filter((path) => selection.has(path));
  return {
    images,
    files: read,
    skipped: [...unreadable, ...skipped],
    notes: [
      ...selection.notes(place, paths, chosen.length, reading?.rules === undefined),
      ...leftOut.notes(),
      ...notes,
      ...noData.notes(),
      ...unread.notes(),
    ],
    texts,
    pagesLeftOut: leftOut.pages,
  };
}

interface Contents {
  readonly selection: PathSelection;
  readonly leftOut: LeftOutIds;
  readonly noData: NoDataCount;
  /** Of all images, in their archives. */
  readonly paths: string[];
  readonly skipped: SkippedFile[];
  readonly notes: DatasetNote[];
  readonly unread: UnreadFiles;
  texts: number;
}

/** Returns the chosen images of an archive, sorted by path, and adds what else is in it to `contents`. */
async function archiveImages(bytes: TarBytes, contents: Contents, signal?: AbortSignal): Promise<TarImage[]> {
  const byPath = new Map<string, TarEntry>();
  const labels = new Map<string, string>();
  const texts = new Set<string>();
  const { selection, leftOut, noData, skipped, unread, notes } = contents;
  const entries = tarEntries(bytes, signal);
  for (;;) {
    const { value, done } = await entries.next();
    if (done) {
      if (value.problem !== null) {
        const text = `${bytes.name}: ${value.problem}; what precedes it is used`;
        notes.push({ subject: 'content', level: 'warning', text });
      }
      break;
    }
    const { path, problem } = value;
    // Two dots lead out of the archive, which is listed.
    const withoutData = noDataOfPath(path.replace(/(^|\/)\.\.?(?=\/)/g, ''));
    if (withoutData !== undefined) {
      if (isImageName(path)) noData.add(withoutData, path);
      continue;
    }
    const isText = /\.txt$/i.test(path);
    if (isText) texts.add(sampleKey(path));
    // The class wins over a `.json`, which also has other data.
    const kind = labelKind(path);
    if (kind && problem === undefined && (kind === 'cls' || !labels.has(sampleKey(path)))) {
      const label = value.size > MAX_LABEL_BYTES ? undefined : labelOf(kind, await value.peek(value.size));
      if (label !== undefined) labels.set(sampleKey(path), label);
    }
    if (kind || isText) continue;
    const start = problem === undefined && mayBeImage(path) ? await value.peek(START_BYTES) : null;
    if (!isImageName(path) && !(start && startsLikeImage(start))) {
      const other = unreadKind(path) ?? (start ? unreadKindOf(start) : undefined);
      if (other) unread.add(path, other);
      continue;
    }
    contents.paths.push(path);
    if (!selection.has(path) || leftOut.has(`${bytes.name}#${path}`)) continue;
    if (problem !== undefined) skipped.push({ path: `${bytes.name}#${path}`, reason: problem });
    // Later entries of a name replace earlier ones where an archive is extracted.
    else if (byPath.has(path)) {
      skipped.push({ path: `${bytes.name}#${path}`, reason: 'an earlier entry of the same name' });
      byPath.set(path, value);
    } else byPath.set(path, value);
  }
  const images: TarImage[] = [];
  const shared: string[] = [];
  let before = '';
  for (const path of [...byPath.keys()].sort()) {
    const key = sampleKey(path);
    if (texts.delete(key)) contents.texts++;
    if (labels.has(key) && key === before) shared.push(path);
    before = key;
    images.push(imageOf(bytes, path, byPath.get(path)!, labels.get(key)));
  }
  if (shared.length > 0) {
    const got = `${shared.length} more images of samples that have one already, such as ${shared[0]}`;
    notes.push({
      subject: 'content',
      level: 'warning',
      text: `${bytes.name}: ${got}; all are used, unless patterns exclude some`,
    });
  }
  return images;
}

function imageOf(
  bytes: TarBytes,
  inside: string,
  { start, size }: TarEntry,
  label: string | undefined,
): TarImage {
  const id = `${bytes.name}#${inside}`;
  return {
    ...{ id, path: id, inside, label, size },
    read: async (limit = Infinity) => {
      if (size > MAX_FILE_BYTES)
        throw new DataError(`file too large: ${size} bytes, limit ${MAX_FILE_BYTES}`);
      return bytes.read(start, Math.min(size, limit));
    },
  };
}

/** Ids of images to leave out, and which of them are there. */
class LeftOutIds {
  private readonly ids: ReadonlySet<string>;
  private readonly found = new Set<string>();

  constructor(ids: readonly string[] = []) {
    this.ids = new Set(ids);
  }

  has(id: string): boolean {
    const isLeftOut = this.ids.has(id);
    if (isLeftOut) this.found.add(id);
    return isLeftOut;
  }

  /** Those that name the page of a file. */
  get pages(): readonly string[] {
    return [...this.ids].filter((id) => !this.found.has(id) && /#.*#\d+$/.test(id));
  }

  notes(): DatasetNote[] {
    const pages = new Set(this.pages);
    const gone = [...this.ids].filter((id) => !this.found.has(id) && !pages.has(id));
    return gone.length > 0 ? [unknownLeftOut(gone, this.ids.size)] : [];
  }
}
