/** Bits set in each byte. */
const BITS = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** A set of images by index, as one bit per image. Masks are not changed once made. */
export class ImageMask {
  /** @param words bit i & 31 of word i >> 5 is image i; bits from `count` on are 0 */
  private constructor(
    readonly count: number,
    private readonly words: Uint32Array,
  ) {}

  static all(count: number): ImageMask {
    return new ImageMask(count, new Uint32Array(wordsFor(count))).not();
  }

  /** @throws RangeError for an index that is not below `count` */
  static ofIndices(indices: ArrayLike<number>, count: number): ImageMask {
    const words = new Uint32Array(wordsFor(count));
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      if (!(Number.isInteger(index) && index >= 0 && index < count))
        throw new RangeError(`image: got ${index}, expected a whole number below ${count}`);
      words[index >> 5]! |= 1 << (index & 31);
    }
    return new ImageMask(count, words);
  }

  /** Returns the images of which the test is 1; it returns 0 for the others. */
  static where(count: number, test: (index: number) => number): ImageMask {
    const words = new Uint32Array(wordsFor(count));
    for (let index = 0; index < count; index++) words[index >> 5]! |= test(index) << (index & 31);
    return new ImageMask(count, words);
  }

  has(index: number): boolean {
    return index >= 0 && index < this.count && ((this.words[index >> 5]! >>> (index & 31)) & 1) === 1;
  }

  /** Number of images in the set. */
  get size(): number {
    const { buffer, byteOffset, byteLength } = this.words;
    return new Uint8Array(buffer, byteOffset, byteLength).reduce((sum, byte) => sum + BITS[byte]!, 0);
  }

  /** Returns the images in both. @throws RangeError if the masks are of different numbers of images */
  and(other: ImageMask): ImageMask {
    const { words } = this.matching(other);
    return new ImageMask(
      this.count,
      this.words.map((word, i) => word & words[i]!),
    );
  }

  /** Returns the images in either. @throws RangeError if the masks are of different numbers of images */
  or(other: ImageMask): ImageMask {
    const { words } = this.matching(other);
    return new ImageMask(
      this.count,
      this.words.map((word, i) => word | words[i]!),
    );
  }

  /** Returns all other images. */
  not(): ImageMask {
    const words = this.words.map((word) => ~word);
    const rest = this.count & 31;
    if (rest !== 0) words[words.length - 1]! &= (1 << rest) - 1;
    return new ImageMask(this.count, words);
  }

  /** Returns the indices, ascending. */
  indices(): Uint32Array {
    const result = new Uint32Array(this.size);
    let next = 0;
    this.words.forEach((word, i) => {
      for (let rest = word; rest !== 0; rest &= rest - 1)
        result[next++] = 32 * i + (31 - Math.clz32(rest & -rest));
    });
    return result;
  }

  private matching(other: ImageMask): ImageMask {
    if (other.count === this.count) return other;
    throw new RangeError(`mask: got one of ${other.count} images, expected one of ${this.count}`);
  }
}

const wordsFor = (count: number): number => Math.ceil(count / 32);
