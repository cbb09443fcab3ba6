import { sameShape } from './dimension';
import type { Graph, Node, NodeOf } from './graph';
import type { Attributes, Operation } from './operations';
import { rebuilt } from './simplify';
import type { Type } from './types';

/** Maximum number of factors from 1/2 to 1 whose product fits in single precision: 2^-126 is its smallest normal number. */
const MAX_FACTORS = 126;
/** Minimum number of factors: with fewer, the saved logarithms do not pay for reading the rows once more. */
const MIN_FACTORS = 8;

/** Returns the largest allowed number of factors that divides a row of this size, or null if it is too small. */
function factorsOf(size: number): number | null {
  for (let group = Math.min(MAX_FACTORS, size); group >= MIN_FACTORS; group--)
    if (size % group === 0) return group;
  return null;
}

class Passed {
  readonly nodes: Node[] = [];

  /** Adds the node or its replacement. @returns the number of the resulting node */
  add(node: Node): number {
    const other = node.operation === 'Sum' ? this.summed(node) : null;
    return other ?? this.nodes.push(node) - 1;
  }

  private emit<K extends Operation>(
    operation: K,
    inputs: readonly number[],
    attributes: Attributes[K],
    { shape, dtype }: Type,
  ): number {
    return this.nodes.push({ operation, inputs, attributes, type: { shape, dtype } } as Node) - 1;
  }

  /** @returns the number of the sum's replacement, or null to keep the sum */
  private summed({ inputs, attributes, type }: NodeOf<'Sum'>): number | null {
    const difference = this.nodes[inputs[0]!]!;
    const softplus = this.nodes[difference.inputs[1]!];
    if (difference.operation !== 'Sub' || softplus?.operation !== 'Softplus') return null;
    const terms = difference.type;
    const { shape, dtype } = softplus.type;
    const last = shape.length - 1;
    const size = shape[last];
    if (!attributes.axes.includes(last) || !sameShape(shape, terms.shape) || typeof size !== 'number')
      return null;
    const group = factorsOf(size);
    if (group === null) return null;
    const [minuend, logits] = [difference.inputs[0]!, softplus.inputs[0]!];
    const linear = this.emit('Sub', [minuend, this.emit('Relu', [logits], null, terms)], null, terms);
    const likelier = this.emit('Sigmoid', [this.emit('Abs', [logits], null, terms)], null, terms);
    const rows = shape.slice(0, last);
    const grouped = { shape: [...rows, size / group, group], dtype };
    const groups = this.emit('Reshape', [likelier], { shape: grouped.shape }, grouped);
    const few = { shape: [...rows, size / group], dtype };
    const product = this.emit('Prod', [groups], { axes: [last + 1], keepDims: false }, few);
    const logarithms = this.emit('Log', [product], null, few);
    return this.emit(
      'Add',
      [this.emit('Sum', [linear], attributes, type), this.emit('Sum', [logarithms], attributes, type)],
      null,
      type,
    );
  }
}

/**
 * Rewrites a graph so that sums of x - softplus(l) along rows need few logarithms: softplus(l) = max(l, 0) - log sigmoid |l|,
 * and a sum of logarithms is the logarithm of a product. The factors are at least 1/2, so that several can be multiplied
 * without loss. Results differ in their last digits.
 */
export function summedSoftplus(graph: Graph): Graph {
  return rebuilt(graph, new Passed());
}
