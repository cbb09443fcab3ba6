import type { ImageShape } from '../../images/image-shape';

/** Small changes that training sees an image with: what they are must not matter to the latent code. */
export interface Augmentation {
  /** Pixels that an image is moved by at most, to either side and up or down; each distance is as likely. */
  readonly shift: number;
  /** Whether every second image, by chance, is mirrored left to right. */
  readonly flip: boolean;
}

export const NO_AUGMENTATION: Augmentation = { shift: 0, flip: false };

/** Uniform numbers that an image's augmentation takes. */
export const UNIFORMS_PER_IMAGE = 3;

export function isAugmented({ shift, flip }: Augmentation): boolean {
  return shift > 0 || flip;
}

/**
 * An image moved and mirrored by chance. What comes in at an edge is the edge again: it has the picture's own brightness and
 * colour, where black would be a frame that the model has to learn; pictures on a plain ground look as if really moved.
 * @param image height * width * channels bytes @param uniforms three numbers in (0, 1)
 */
export function augment(
  image: Uint8Array,
  { width, height, channels }: ImageShape,
  { shift, flip }: Augmentation,
  uniforms: ArrayLike<number>,
): Uint8Array {
  const distance = (uniform: number): number => Math.floor(uniform * (2 * shift + 1)) - shift;
  const [right, down] = [distance(uniforms[0]!), distance(uniforms[1]!)];
  const mirrored = flip && uniforms[2]! < 0.5;
  const clamp = (at: number, size: number): number => Math.min(size - 1, Math.max(0, at));
  const columns = Uint32Array.from({ length: width }, (_, x) => {
    const moved = clamp(x - right, width);
    return channels * (mirrored ? width - 1 - moved : moved);
  });
  const result = new Uint8Array(image.length);
  let next = 0;
  for (let y = 0; y < height; y++) {
    const row = clamp(y - down, height) * width * channels;
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) result[next++] = image[row + columns[x]! + c]!;
    }
  }
  return result;
}
