import { halfBits, halfValue } from '../half-precision';
import type { OnnxTensor } from '../tensor';

/** Numbers of TensorProto.DataType for numbers with a fraction that are read: float32 and float16. */
const [FLOAT32, FLOAT16] = [1, 10];

export const isFloat = (elementType: number): boolean => elementType === FLOAT32 || elementType === FLOAT16;
export const isHalf = (elementType: number): boolean => elementType === FLOAT16;

/** Words for messages: what is read, and what to do about other types. */
export const FLOAT_TYPES = 'float32 (1) or float16 (10)';
export const EXPORT_AS_FLOAT = 'Export the model in single precision (in PyTorch: model.float()).';

/** Returns a tensor of single precision in half precision; others as they are. */
export function toHalf(tensor: OnnxTensor): OnnxTensor {
  if (tensor.type !== 'float32') return tensor;
  return { type: 'float16', dims: tensor.dims, data: Uint16Array.from(tensor.data, halfBits) };
}

/** Returns a tensor of half precision in single precision, which is exact; others as they are. */
export function fromHalf(tensor: OnnxTensor): OnnxTensor {
  if (tensor.type !== 'float16') return tensor;
  const { buffer, byteOffset, length } = tensor.data;
  // Newer runtimes return an array of the numbers, which would be rounded to whole ones where the bits are expected.
  const bits = new Uint16Array(buffer, byteOffset, length);
  return { type: 'float32', dims: tensor.dims, data: Float32Array.from(bits, halfValue) };
}
