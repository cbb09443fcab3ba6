/**
 * Copies arrays into buffers that hold nothing else: a message to a webview or a worker carries the whole buffer behind a view,
 * and knows no `Buffer`.
 */
export function withOwnBuffers(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    if (value instanceof Float32Array) return value.slice();
    if (value instanceof Int32Array || value instanceof Uint32Array || value instanceof Float64Array)
      return value.slice();
    return Uint8Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }
  if (Array.isArray(value)) return value.map(withOwnBuffers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withOwnBuffers(inner)]));
}
