import type { Graph } from '../../trace/graph';

/**
 * Returns a graph as JSON can hold it: the values of constants as base64, and numbers that JSON does not have by their names.
 */
export function graphJson(graph: Graph): object {
  return JSON.parse(JSON.stringify(graph, (_, value: unknown) => plain(value))) as object;
}

function plain(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) };
  if (!(value instanceof Float32Array || value instanceof Int32Array)) return value;
  const base64 = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  return { base64, dtype: value instanceof Float32Array ? 'float32' : 'int32' };
}
