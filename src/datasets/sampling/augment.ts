import type { ImageShape } from '../../images/image-shape';

/** Small random changes to training images, to which the latent code should be invariant. */
export interface Augmentation {
  /** Maximum shift in pixels, horizontally and vertically in both directions; all distances are equally likely. */
  readonly shift: number;
  /** Whether to mirror images left to right with probability 1/2. */
  readonly flip: boolean;
}

/** Number of uniforms that `augment` uses per image. */
export const UNIFORMS_PER_IMAGE = 3;

export function isAugmented({ shift, flip }: Augmentation): boolean {
  return shift > 0 || flip;
}

/**
 * Shifts and mirrors an image at random. Uncovered pixels repeat the edge, which has the image's own brightness and colour;
 * black would be a frame that the model has to learn. Images on a plain background look as if truly shifted.
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
