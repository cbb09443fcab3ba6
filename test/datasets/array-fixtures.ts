/** NumPy files as `numpy.save` writes them. */
export interface NpyOptions {
  /** `<f4`, `|u1`, ... */
  readonly descr: string;
  readonly shape: readonly number[];
  readonly fortran?: boolean;
  readonly version?: 1 | 2 | 3;
}

export function npy(data: Uint8Array, options: NpyOptions): Uint8Array {
  const { descr, shape, fortran = false } = options;
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const order = fortran ? 'True' : 'False';
  return npyWithHeader(
    `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${sizes}), }`,
    data,
    options.version,
  );
}

export function npyWithHeader(dictionary: string, data: Uint8Array, version = 1): Uint8Array {
  const before = version === 1 ? 10 : 12;
  const length = Math.ceil((before + dictionary.length + 1) / 64) * 64 - before;
  const start = Buffer.alloc(before);
  start.write('\x93NUMPY', 'latin1');
  start[6] = version;
  if (version === 1) start.writeUInt16LE(length, 8);
  else start.writeUInt32LE(length, 8);
  return Buffer.concat([start, Buffer.from(dictionary.padEnd(length - 1) + '\n', 'latin1'), data]);
}

/** The bytes of a typed array. */
export function bytesOf(values: {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly byteLength: number;
}): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
}

/** Whole numbers from 0 on, modulo 251. */
export function ramp(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i % 251);
}
