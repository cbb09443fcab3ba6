import { toByte } from '../../images/value-range';
import type { ValueRange } from '../../images/value-range';
import type { ImagePart } from './image-part';
import type { PartValues } from './part-values';

/** Images stored as bytes, which are read as they are. */
type StoredBytes = Pick<ImagePart, 'file' | 'count' | 'own'> & {
  readonly blocks: (signal?: AbortSignal) => AsyncIterable<Uint8Array>;
};

/** Returns a part of images that are stored as bytes. */
export function bytePart({
  file,
  count,
  own,
  blocks: stored,
}: StoredBytes): Pick<ImagePart, 'file' | 'count' | 'own' | 'blocks' | 'values'> {
  async function* blocks(signal?: AbortSignal, range?: ValueRange | null): AsyncGenerator<Uint8Array> {
    const levels = range && Uint8Array.from({ length: 256 }, (_, value) => toByte(value, range));
    for await (const block of stored(signal)) yield levels ? levelled(block, levels) : block;
  }
  // Ends at the first byte above 1, which is near the beginning of nearly all data.
  const values = async (signal?: AbortSignal): Promise<PartValues> => {
    let least = 255;
    let greatest = 0;
    for await (const block of stored(signal)) {
      for (let i = 0; i < block.length; i++) {
        const value = block[i]!;
        if (value > 1) return 'bytes';
        if (value < least) least = value;
        if (value > greatest) greatest = value;
      }
    }
    return { areFloats: false, least, greatest };
  };
  return { file, count, own, blocks, values };
}

function levelled(block: Uint8Array, levels: Uint8Array): Uint8Array {
  const result = new Uint8Array(block.length);
  for (let i = 0; i < block.length; i++) result[i] = levels[block[i]!]!;
  return result;
}
