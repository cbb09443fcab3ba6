import { printDimension } from './dimension';
import type { Graph, Node } from './graph';
import type { Dimension, Type } from './types';

export function printType({ dtype, shape }: Type): string {
  return `${dtype}[${shape.map(printDimension).join(', ')}]`;
}

function isDimension(value: unknown): value is Dimension {
  return typeof value === 'number' || (typeof value === 'object' && value !== null && 'perBatch' in value);
}

function printValue(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (isDimension(value)) return printDimension(value);
  if (value instanceof Float32Array || value instanceof Int32Array) {
    const shown = Array.from(value.subarray(0, 6), String).join(', ');
    return `[${shown}${value.length > 6 ? `, ... ${value.length} numbers` : ''}]`;
  }
  return Array.isArray(value) ? `[${value.map(printValue).join(', ')}]` : String(value);
}

/** Attributes that the printed type already shows. */
const IN_TYPE: ReadonlySet<string> = new Set(['shape', 'dtype', 'size']);

function printNode(node: Node, number: number): string {
  const attributes = Object.entries(node.attributes ?? {}).filter(([key]) => !IN_TYPE.has(key));
  const words = [
    ...node.inputs.map((input) => `%${input}`),
    ...attributes.map(([key, value]) => `${key}=${printValue(value)}`),
  ];
  return `%${number}: ${printType(node.type)} = ${node.operation}(${words.join(', ')})`;
}

/** Formats one node per line, then the outputs: for reading, and for tests that detect any change. */
export function print({ nodes, outputs }: Graph): string {
  const lines = nodes.map(printNode);
  return [...lines, `return ${outputs.map(({ name, node }) => `${name}=%${node}`).join(', ')}`].join('\n');
}
