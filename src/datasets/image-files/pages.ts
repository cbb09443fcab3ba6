import { countFrames, maybeAnimation } from '../../images/codecs/animation';
import { readImageHeader } from '../../images/codecs/decode';
import { findTiffPages, isTiff } from '../../images/codecs/tiff-pages';
import type { ImageFile, PagePlace } from '../../images/image-file';
import { partOf, withRegularFile } from '../../images/read-file';

/** Bytes that contain the header of nearly every file. */
export const HEADER_BYTES = 65_536;

/** The pictures of a file that has several, or whose only picture is not where it usually is. */
export interface FilePages {
  readonly kind: 'TIFF' | 'animation';
  readonly pages: readonly (PagePlace & { readonly width: number; readonly height: number })[];
  /** Whether the file seems to have more pictures that are missing. */
  readonly isCut: boolean;
}

/**
 * Finds the pages of a TIFF, or the frames of an animation, without their pixels.
 * @param start the first `HEADER_BYTES` of the file, or all of it
 * @returns null for a file of one picture
 * @throws DataError if it cannot be read
 */
export async function findPages(image: ImageFile, start: Uint8Array): Promise<FilePages | null> {
  if (isTiff(start)) return tiffPages(image, start);
  if (!maybeAnimation(start)) return null;
  const bytes = await wholeOf(image, start);
  const { count, isCut } = countFrames(bytes);
  const header = count > 1 ? readImageHeader(bytes) : null;
  if (!header) return null;
  const { width, height } = header;
  return {
    kind: 'animation',
    pages: Array.from({ length: count }, (_, number) => ({ number, width, height })),
    isCut,
  };
}

async function tiffPages(image: ImageFile, start: Uint8Array): Promise<FilePages | null> {
  const found =
    image.file === undefined
      ? await inMemory(await wholeOf(image, start))
      : await withRegularFile(image.file, (read, size) => findTiffPages(read, size));
  const { pages, isPlain, isCut } = found;
  if (pages.length === 0 || (pages.length === 1 && isPlain)) return null;
  return { kind: 'TIFF', pages: pages.map((page, number) => ({ number, ...page })), isCut };
}

const inMemory = (bytes: Uint8Array) =>
  findTiffPages((offset, length) => Promise.resolve(partOf(bytes, offset, length)), bytes.length);

/** Reads all of a file of which the start is known. */
const wholeOf = (image: ImageFile, start: Uint8Array): Uint8Array | Promise<Uint8Array> =>
  start.length < HEADER_BYTES ? start : image.read();
