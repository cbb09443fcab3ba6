import { readImageHeader } from '../../images/codecs/decode';
import type { ImageHeader } from '../../images/codecs/image';
import { DataError, isAboutOneFile } from '../../images/data-error';
import type { ImageFile } from '../../images/image-file';
import type { ReadingChoice, ReadingRules } from '../../domain/reading';
import type { DatasetNote } from '../../domain/dataset-notes';
import { imageOfPage } from '../../domain/page-id';
import { PageNotes } from './page-notes';
import { findPages, HEADER_BYTES } from './pages';
import type { FilePages } from './pages';
import { Queue } from '../../shared/queue';

/** Files looked at concurrently; of those that must be read whole, one at a time. */
const CONCURRENT_FILES = 8;

/** What the headers of images say, before any is decoded. */
export interface Survey<T extends ImageFile = ImageFile> {
  /** The images: those of the files, or several for a file of several pictures. */
  readonly images: readonly T[];
  /** Number of images of the files, by index, that have not simply one. */
  readonly pages: readonly (readonly [file: number, count: number])[];
  readonly sizes: ImageSizes;
  readonly notes: readonly DatasetNote[];
}

/** Width and height of images, as a viewer shows them; 0 if unknown. */
export interface ImageSizes {
  readonly widths: Uint32Array;
  readonly heights: Uint32Array;
}

/**
 * Looks at the headers of all files. Files that cannot be read are kept; they are reported when they are decoded. By the rules
 * 1, each file has one image.
 */
export async function surveyFiles<T extends ImageFile>(
  files: readonly T[],
  reading: ReadingChoice = {},
  signal?: AbortSignal,
): Promise<Survey<T>> {
  const notes = new PageNotes(reading.pages);
  const images: T[] = [];
  const sizes: { readonly width: number; readonly height: number }[] = [];
  const pages: [number, number][] = [];
  const ids = new IdsInUse(files);
  const readHeader = headerReader(reading.rules ?? 2);
  for (let first = 0; first < files.length; first += CONCURRENT_FILES) {
    signal?.throwIfAborted();
    const headers = await Promise.all(files.slice(first, first + CONCURRENT_FILES).map(readHeader));
    for (const [i, { header, found }] of headers.entries()) {
      const file = files[first + i]!;
      if (!found) {
        images.push(file);
        sizes.push(header ?? NO_SIZE);
        continue;
      }
      const isSplit = readsAll(found, reading) && ids.areFree(file, found.pages.length);
      notes.add(file.path, found, isSplit);
      if (isSplit) {
        pages.push([first + i, found.pages.length]);
        found.pages.forEach((page) => {
          images.push({ ...file, id: imageOfPage(file.id, page.number), page: placeOf(page) });
          sizes.push(page);
        });
      } else {
        const page = found.pages[0]!;
        // The first frame of an animation, and the first page of a TIFF, are decoded as if they were alone.
        images.push(page.offset === undefined ? file : { ...file, page: placeOf(page) });
        sizes.push(page);
      }
    }
  }
  return {
    ...{ images, pages, notes: notes.list() },
    sizes: {
      widths: Uint32Array.from(sizes, ({ width }) => width),
      heights: Uint32Array.from(sizes, ({ height }) => height),
    },
  };
}

const NO_SIZE = { width: 0, height: 0 };

const placeOf = ({ number, offset }: FilePages['pages'][number]) => ({ number, offset });

/** Ids that files have, so that none is given to a page: a file may be called like the page of another. */
class IdsInUse {
  private ids: ReadonlySet<string> | undefined;

  constructor(private readonly files: readonly ImageFile[]) {}

  areFree({ id }: ImageFile, pages: number): boolean {
    this.ids ??= new Set(this.files.map((file) => file.id));
    for (let page = 0; page < pages; page++) if (this.ids.has(imageOfPage(id, page))) return false;
    return true;
  }
}

/** The images of files, of some of which the number of pictures is known from an earlier survey. They cannot be decoded. */
export function splitFiles<T extends ImageFile>(files: readonly T[], pages: Survey['pages']): readonly T[] {
  if (pages.length === 0) return files;
  const counts = new Map(pages);
  return files.flatMap((file, i) => {
    const count = counts.get(i);
    if (count === undefined) return [file];
    return Array.from({ length: count }, (_, number) => {
      return { ...file, id: imageOfPage(file.id, number), page: { number } };
    });
  });
}

/** Whether all pictures of a file are images: if it was chosen, or for the pages of a stack, which have one size. */
function readsAll({ kind, pages }: FilePages, { pages: choice }: ReadingChoice): boolean {
  if (pages.length < 2) return false;
  if (choice !== undefined) return choice === 'all';
  const [{ width, height }] = pages as [FilePages['pages'][number]];
  return kind === 'TIFF' && pages.every((page) => page.width === width && page.height === height);
}

interface FileHeader {
  readonly header: Pick<ImageHeader, 'width' | 'height'> | null;
  readonly found: FilePages | null;
}

function headerReader(rules: ReadingRules): (file: ImageFile) => Promise<FileHeader> {
  const reads = new Queue();
  return async (file) => {
    try {
      const start = await file.read(HEADER_BYTES);
      // Many large files at once would take too much memory.
      const inTurn: ImageFile = { ...file, read: () => reads.run(() => file.read()) };
      const found = rules === 1 ? null : await findPages(inTurn, start).catch(orNull);
      if (found) return { header: null, found };
      return { header: readImageHeader(start, rules) ?? readImageHeader(await inTurn.read(), rules), found };
    } catch (error) {
      return { header: orNull(error), found: null };
    }
  };
}

/** Files that cannot be read are reported when they are decoded. */
function orNull(error: unknown): null {
  if (isAboutOneFile(error)) return null;
  throw error;
}

/**
 * Finds a picture of a file, to decode it alone.
 * @param number of the page, from 0; absent for the first, which is decoded as if it were alone
 * @throws DataError if there is no such page
 */
export async function pictureOf(image: ImageFile, rules: ReadingRules, number?: number): Promise<ImageFile> {
  if (rules === 1) return image;
  const found = await findPages(image, await image.read(HEADER_BYTES)).catch(orNull);
  const page = found?.pages[number ?? 0];
  if (page)
    return number === undefined && page.offset === undefined ? image : { ...image, page: placeOf(page) };
  if (number === undefined || (number === 0 && !found)) return image;
  const count = found?.pages.length ?? 1;
  throw new DataError(`got the page ${number} of a file that has ${count}, expected 0 to ${count - 1}`);
}
