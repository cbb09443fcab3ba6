import type { ConvolutionAttributes } from '../../trace/operations';
import { attribute } from './graph-def';
import type { AttributeMap } from './graph-def';
import type { Dimension } from '../../trace/types';

/** Returns a convolution's attributes, with the padding by name if it has one, as TensorFlow's backward CPU kernels expect. */
export function convolutionAttributes(
  { strides, padding }: ConvolutionAttributes,
  image: readonly Dimension[],
  filter: readonly Dimension[],
): AttributeMap {
  const same = [0, 1].every((i) => {
    const size = image[1 + i] as number;
    const needed = Math.max(
      (Math.ceil(size / strides[i]!) - 1) * strides[i]! + (filter[i] as number) - size,
      0,
    );
    const before = Math.floor(needed / 2);
    return padding[2 * i] === before && padding[2 * i + 1] === needed - before;
  });
  const none = padding.every((size) => size === 0);
  return {
    strides: attribute.ints([1, ...strides, 1]),
    padding: attribute.text(none ? 'VALID' : same ? 'SAME' : 'EXPLICIT'),
    ...(none || same ? {} : { explicit_paddings: attribute.ints([0, 0, ...padding, 0, 0]) }),
    data_format: attribute.text('NHWC'),
  };
}
