/**
 * Encodes a NumPy `.npy` file, format version 1.0, of little-endian float32 in C order, which `numpy.load` reads.
 * @throws RangeError if the product of `shape` is not `values.length`
 */
export function encodeNpy(values: Float32Array, shape: readonly number[]): Uint8Array {
  const expected = shape.reduce((product, length) => product * length, 1);
  if (expected !== values.length) {
    throw new RangeError(
      `npy: got ${values.length} values, expected ${expected} for shape ${shape.join(' x ')}`,
    );
  }
  const header = npyHeader(shape);
  const file = new Uint8Array(header.length + values.length * 4);
  file.set(header);
  const view = new DataView(file.buffer);
  values.forEach((value, i) => view.setFloat32(header.length + i * 4, value, true));
  return file;
}

/**
 * Decodes only files that `encodeNpy` wrote; src/datasets/arrays/npy.ts reads other .npy files.
 * @throws RangeError for a different header or length
 */
export function decodeNpy(file: Uint8Array, shape: readonly number[]): Float32Array {
  const header = npyHeader(shape);
  const length = shape.reduce((product, size) => product * size, 1);
  const found = file.subarray(0, header.length);
  if (found.length < header.length || !header.every((byte, i) => byte === found[i])) {
    throw new RangeError(`npy: another header than that of float32 ${shape.join(' x ')}`);
  }
  if (file.length !== header.length + length * 4) {
    throw new RangeError(`npy: got ${file.length} bytes, expected ${header.length + length * 4}`);
  }
  const view = new DataView(file.buffer, file.byteOffset + header.length, length * 4);
  return Float32Array.from({ length }, (_, i) => view.getFloat32(i * 4, true));
}

/** Returns what precedes the elements of an array, in C order. @param type of NumPy, such as `<f4` */
export function npyHeader(shape: readonly number[], type = '<f4'): Uint8Array {
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  // Magic, version and length take 10 bytes; the format requires data to start at a multiple of 64.
  const headerLength = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const header = new Uint8Array(10 + headerLength);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(header.buffer).setUint16(8, headerLength, true);
  header.set(new TextEncoder().encode(dictionary.padEnd(headerLength - 1) + '\n'), 10);
  return header;
}
