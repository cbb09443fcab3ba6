import type { ImageLayout, ModelUse, PixelScale } from './use';

type Shape = Pick<ModelUse, 'width' | 'height' | 'channels'>;

/** Means and standard deviations of ImageNet's channels, in [0, 1], by which torchvision's models normalise. */
const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;

/** A value of the model is factor * value in [0, 1] + offset. */
function linear(scale: PixelScale, channel: number): { readonly factor: number; readonly offset: number } {
  switch (scale) {
    case 'unit':
      return { factor: 1, offset: 0 };
    case 'signed':
      return { factor: 2, offset: -1 };
    case 'bytes':
      return { factor: 255, offset: 0 };
    case 'imagenet': {
      const deviation = IMAGENET.deviation[channel]!;
      return { factor: 1 / deviation, offset: -IMAGENET.mean[channel]! / deviation };
    }
  }
}

/** Sizes of `count` images in a layout. */
export function dimsOf(layout: ImageLayout, { width, height, channels }: Shape, count: number): number[] {
  switch (layout) {
    case 'nchw':
      return [count, channels, height, width];
    case 'nhwc':
      return [count, height, width, channels];
    case 'flat':
    case 'flat-channels':
      return [count, width * height * channels];
  }
}

/** Index in the model's order of each number of an image with channels last. */
function* places(
  layout: ImageLayout,
  { width, height, channels }: Shape,
): Generator<[from: number, channel: number]> {
  const isFirst = layout === 'nchw' || layout === 'flat-channels';
  const pixels = width * height;
  for (let pixel = 0; pixel < pixels; pixel++)
    for (let channel = 0; channel < channels; channel++)
      yield [isFirst ? channel * pixels + pixel : pixel * channels + channel, channel];
}

/** Converts images of bytes (channels last) to what the model takes. */
export function toModel(
  images: Uint8Array,
  { layout, scale }: { readonly layout: ImageLayout; readonly scale: PixelScale },
  shape: Shape,
): Float32Array {
  const size = shape.width * shape.height * shape.channels;
  const values = new Float32Array(images.length);
  const order = [...places(layout, shape)];
  const lines = order.map(([, channel]) => linear(scale, channel));
  for (let first = 0; first < images.length; first += size)
    for (let i = 0; i < size; i++) {
      const { factor, offset } = lines[i]!;
      values[first + order[i]![0]] = (images[first + i]! / 255) * factor + offset;
    }
  return values;
}

/** Converts what the model gives to images in [0, 1] (channels last). Values outside, which a model may give, are cut off. */
export function fromModel(
  values: Float32Array,
  { layout, scale }: { readonly layout: ImageLayout; readonly scale: PixelScale },
  shape: Shape,
): Float32Array {
  const size = shape.width * shape.height * shape.channels;
  const images = new Float32Array(values.length);
  const order = [...places(layout, shape)];
  const lines = order.map(([, channel]) => linear(scale, channel));
  for (let first = 0; first < values.length; first += size)
    for (let i = 0; i < size; i++) {
      const { factor, offset } = lines[i]!;
      const value = (values[first + order[i]![0]]! - offset) / factor;
      // Not a number counts as black.
      images[first + i] = value > 0 ? Math.min(1, value) : 0;
    }
  return images;
}
