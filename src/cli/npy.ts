/**
 * A NumPy `.npy` file, format version 1.0, of little-endian float32 in C order: `numpy.load` reads it.
 * @param shape its product must be `values.length`
 */
export function encodeNpy(values: Float32Array, shape: readonly number[]): Uint8Array {
  const expected = shape.reduce((product, length) => product * length, 1);
  if (expected !== values.length) {
    throw new RangeError(
      `npy: got ${values.length} values, expected ${expected} for shape ${shape.join(' x ')}`,
    );
  }
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dimensions}), }`;
  // Magic, version and length take 10 bytes; the format asks for data that starts at a multiple of 64.
  const headerLength = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const file = new Uint8Array(10 + headerLength + values.length * 4);
  const view = new DataView(file.buffer);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  view.setUint16(8, headerLength, true);
  file.set(new TextEncoder().encode(dictionary.padEnd(headerLength - 1) + '\n'), 10);
  values.forEach((value, i) => view.setFloat32(10 + headerLength + i * 4, value, true));
  return file;
}
