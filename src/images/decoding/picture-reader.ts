import { animationMemory, openAnimation } from '../codecs/animation';
import type { Animation } from '../codecs/animation';
import { readImageHeader } from '../codecs/decode';
import type { ImageHeader } from '../codecs/image';
import { extractTiffPage } from '../codecs/tiff-pages';
import { decodeTo } from './decode-task';
import type { DecodeTarget } from './decode-task';
import { DataError } from '../data-error';
import type { PagePlace } from '../image-file';
import { partOf, readRegularFileSync, withRegularFileSync } from '../read-file';

/** The bytes of a picture, and the size of the file that it was read from. */
interface ReadPicture {
  readonly bytes: Uint8Array;
  readonly fileSize: number;
}

/**
 * Reads and decodes pictures one after another. Keeps the last file and its animation open while frames of it follow in
 * ascending order, because each frame builds on those before it.
 */
export class PictureReader {
  private file: { readonly path: string; readonly bytes: Uint8Array } | null = null;
  private animation: { readonly bytes: Uint8Array; readonly frames: Animation; next: number } | null = null;
  /** The first frame of an animation that cannot be decoded: neither can those after it, and each would begin anew. */
  private broken: { readonly bytes: Uint8Array; readonly number: number; readonly error: unknown } | null =
    null;

  /**
   * Reads a picture; a page of a TIFF becomes a TIFF of its own. Blocks.
   * @param content path of its file, or its encoded bytes
   * @throws DataError with a short reason
   */
  read(content: string | Uint8Array, page?: PagePlace): ReadPicture {
    if (page?.offset !== undefined) return readPage(content, page.offset);
    if (typeof content !== 'string') return { bytes: content, fileSize: content.length };
    if (page && this.file?.path === content)
      return { bytes: this.file.bytes, fileSize: this.file.bytes.length };
    const bytes = readRegularFileSync(content);
    this.file = page ? { path: content, bytes } : null;
    return { bytes, fileSize: bytes.length };
  }

  /**
   * Decodes a picture to the target.
   * @param bytes from `read`
   * @param onFrame called after each frame that is decoded on the way to the one that is wanted
   * @returns `wantedSize` bytes @throws DataError with a short reason
   */
  async decode(
    bytes: Uint8Array,
    page: PagePlace | undefined,
    want: DecodeTarget,
    onFrame: () => void = () => undefined,
  ): Promise<Uint8Array> {
    if (!page || page.offset !== undefined) return decodeTo(bytes, want);
    return decodeTo(bytes, want, async (_, rules = 2) => {
      const { broken } = this;
      if (broken?.bytes === bytes && page.number >= broken.number) throw broken.error;
      try {
        if (this.animation?.bytes !== bytes || this.animation.next > page.number) {
          const size = readImageHeader(bytes, rules);
          if (!size) throw new DataError(`truncated animation: the file ends after ${bytes.length} bytes`);
          this.animation = { bytes, frames: openAnimation(bytes, size, rules), next: 0 };
        }
        const open = this.animation;
        for (; open.next < page.number; open.next++) {
          await open.frames.next();
          onFrame();
        }
        const image = await open.frames.next();
        open.next++;
        return image;
      } catch (error) {
        const number = this.animation?.bytes === bytes ? this.animation.next : 0;
        this.broken = { bytes, number, error };
        this.animation = null;
        throw error;
      }
    });
  }
}

function readPage(content: string | Uint8Array, offset: number): ReadPicture {
  if (typeof content === 'string') {
    return withRegularFileSync(content, (read, fileSize) => ({
      bytes: extractTiffPage(read, fileSize, offset),
      fileSize,
    }));
  }
  const read = (at: number, length: number) => partOf(content, at, length);
  return { bytes: extractTiffPage(read, content.length, offset), fileSize: content.length };
}

/** Returns the memory in bytes for decoding a picture of this header, besides that of its file. */
export function memoryFor(header: ImageHeader | null, page: PagePlace | undefined): number {
  if (!header) return 0;
  const isFrame = page !== undefined && page.offset === undefined;
  return header.memory + (isFrame ? animationMemory(header) : 0);
}
