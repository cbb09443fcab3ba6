/** Width, height and channels of every image of a dataset; 1 channel is grey, 3 are RGB. */
export interface ImageShape {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** Returns the number of values of an image, one byte each. */
export function imageSize(shape: ImageShape): number {
  return shape.width * shape.height * shape.channels;
}
