import type { Chunk } from './engine';

/**
 * Returns the images that a chunk's rows index: its own streamed images, or the resident images given to `open`.
 * @throws Error unless exactly one of the two is present
 */
export function imagesOf({ images: own }: Pick<Chunk, 'images'>, resident: Uint8Array | null): Uint8Array {
  if (own && resident) throw new Error('got a chunk with images, expected none: the session holds its own');
  const images = own ?? resident;
  if (!images) throw new Error('got a chunk without images, expected some: the session was opened with none');
  return images;
}
