import type { Chunk } from './engine';

/**
 * What a chunk's rows point into, and nothing else can: the images given to `open`, or the chunk's own.
 * @throws Error where there are none or both
 */
export function imagesOf({ images: own }: Pick<Chunk, 'images'>, resident: Uint8Array | null): Uint8Array {
  if (own && resident) throw new Error('got a chunk with images, expected none: the session holds its own');
  const images = own ?? resident;
  if (!images) throw new Error('got a chunk without images, expected some: the session was opened with none');
  return images;
}
