import { dimensionThrough } from './dimension';
import type { Graph, Node } from './graph';
import type { Attributes, Operation } from './operations';
import type { Recording } from './record';
import { TraceError } from './types';

/** Attributes that must be plain numbers in a graph, although a function could compute them from the batch size. */
const PLAIN: { readonly [K in Operation]?: keyof Attributes[K] & string } = { PadV2: 'value', Step: 'alpha' };

/** Merges structures that differ only in integers, which must follow the batch size. */
function unified(values: readonly unknown[], batches: readonly number[]): unknown {
  const [first] = values;
  if (typeof first === 'number') {
    const same = values.every((value) => Object.is(value, first));
    return same ? first : dimensionThrough(values as number[], batches);
  }
  if (first instanceof Float32Array || first instanceof Int32Array) {
    const same = (values as (typeof first)[]).every(
      (other) => other.length === first.length && other.every((value, i) => Object.is(value, first[i])),
    );
    if (!same) throw new TraceError('a constant depends on the batch size');
    return first;
  }
  if (Array.isArray(first)) {
    if (!(values as unknown[][]).every(({ length }) => length === first.length)) {
      throw new TraceError('its rank depends on the batch size');
    }
    return first.map((_, i) =>
      unified(
        values.map((value) => (value as unknown[])[i]),
        batches,
      ),
    );
  }
  if (typeof first === 'object' && first !== null) {
    const keys = Object.keys(first);
    return Object.fromEntries(
      keys.map((key) => [
        key,
        unified(
          values.map((value) => (value as Record<string, unknown>)[key]),
          batches,
        ),
      ]),
    );
  }
  if (!values.every((value) => value === first)) throw new TraceError('it depends on the batch size');
  return first;
}

/**
 * Merges recordings of one function at several batch sizes into one graph with a symbolic batch size.
 * @throws TraceError naming the operation if the function behaves differently at different batch sizes
 */
export function unify(recordings: readonly Recording[], batches: readonly number[]): Graph {
  const [first] = recordings as [Recording];
  const nodes = first.nodes.map((node, i): Node => {
    const others = recordings.map((recording) => recording.nodes[i]);
    const alike = others.every(
      (other) => other?.operation === node.operation && String(other.inputs) === String(node.inputs),
    );
    try {
      if (!alike) throw new TraceError('the function calls other operations at another batch size');
      const { attributes, type } = unified(
        others.map((other) => ({ attributes: other!.attributes, type: other!.type })),
        batches,
      ) as Pick<Node, 'attributes' | 'type'>;
      const plain = PLAIN[node.operation];
      if (plain && typeof (attributes as unknown as Record<string, unknown>)[plain] !== 'number') {
        throw new TraceError(`its ${plain} depends on the batch size`);
      }
      return { ...node, attributes, type } as Node;
    } catch (error) {
      throw new TraceError(`${node.operation} (node ${i}): ${(error as Error).message}`);
    }
  });
  if (!recordings.every(({ nodes: { length } }) => length === nodes.length)) {
    throw new TraceError('the function calls more operations at another batch size');
  }
  const returned = recordings.map(({ outputs }) => JSON.stringify(outputs));
  if (!returned.every((outputs) => outputs === returned[0])) {
    throw new TraceError('the function returns other tensors at another batch size');
  }
  return { nodes, outputs: first.outputs };
}
