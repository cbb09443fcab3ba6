/** Result of `toPlainArrays`: plain arrays in place of float and integer arrays; bytes stay bytes. */
export type PlainArrays<T> = T extends Float32Array | Float64Array | Int32Array
  ? number[]
  : T extends Uint8Array
    ? T
    : T extends readonly (infer Item)[]
      ? PlainArrays<Item>[]
      : T extends object
        ? { [K in keyof T]: PlainArrays<T[K]> }
        : T;

/** Copies a value with plain arrays for numbers, as used by JSON and programs in other languages. */
export function toPlainArrays<T>(value: T): PlainArrays<T> {
  return plainValue(value) as PlainArrays<T>;
}

function plainValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Float32Array);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item)]));
}
