import type { Graph, Node } from './graph';
import type { Operation } from './operations';
import { rebuilt } from './simplify';

/** The operations that multiply two tensors and add up the products: nearly all the time of a training step. */
const PRODUCTS: ReadonlySet<Operation> = new Set<Operation>([
  ...(['BatchMatMul', 'Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'] as const),
]);

/**
 * Casts the operands of matrix products and convolutions to bfloat16; their results, and all other operations, stay in single
 * precision. An operand of several products is cast once.
 * @param stays names of the weights of dense layers that stay in single precision, with the products of their gradients
 */
export function bfloat16Products(graph: Graph, stays: ReadonlySet<string>): Graph {
  return rebuilt(graph, new Narrowed(graph, stays));
}

class Narrowed {
  readonly nodes: Node[] = [];
  /** Number of the cast of each node that was cast. */
  private readonly casts = new Map<number, number>();
  private readonly kept: ReadonlySet<Node>;
  private next = 0;

  constructor(
    private readonly graph: Graph,
    stays: ReadonlySet<string>,
  ) {
    this.kept = keptProducts(graph, stays);
  }

  /** Adds the nodes of the graph, which come in its order. @returns the number of the resulting node */
  add(node: Node): number {
    const original = this.graph.nodes[this.next++]!;
    const isNarrowed = PRODUCTS.has(node.operation) && !this.kept.has(original);
    const inputs = isNarrowed ? node.inputs.map((input) => this.cast(input)) : node.inputs;
    return this.nodes.push({ ...node, inputs }) - 1;
  }

  private cast(input: number): number {
    const { type } = this.nodes[input]!;
    if (type.dtype !== 'float32') return input;
    const known = this.casts.get(input);
    if (known !== undefined) return known;
    const dtype = 'bfloat16';
    const cast: Node = {
      operation: 'Cast',
      inputs: [input],
      attributes: { dtype },
      type: { ...type, dtype },
    };
    const number = this.nodes.push(cast) - 1;
    this.casts.set(input, number);
    return number;
  }
}

/**
 * Returns the products of the dense layers with these weights, and of their gradients: those with the weight, whichever way the values or the
 * gradient go through it, and those with what the layer is applied to, which give the gradient of the weight.
 */
function keptProducts({ nodes }: Graph, stays: ReadonlySet<string>): ReadonlySet<Node> {
  // What only rearranges numbers leads back to whose numbers they are.
  const source = (number: number): number => {
    const { operation, inputs } = nodes[number]!;
    return operation === 'Reshape' || operation === 'Transpose' ? source(inputs[0]!) : number;
  };
  const isWeight = (number: number): boolean => {
    const node = nodes[source(number)]!;
    return node.operation === 'Input' && stays.has(node.attributes.name);
  };
  const products = nodes.filter(({ operation }) => PRODUCTS.has(operation));
  const ofWeights = products.filter(({ inputs }) => inputs.some(isWeight));
  // A gradient goes through the transposed weight; what a layer is applied to meets it as it is.
  const applied = new Set(
    ofWeights.flatMap((node) => {
      const isForward = node.operation === 'BatchMatMul' && !node.attributes.transposeB;
      return isForward && isWeight(node.inputs[1]!) ? [source(node.inputs[0]!)] : [];
    }),
  );
  return new Set(products.filter(({ inputs }) => inputs.some((x) => isWeight(x) || applied.has(source(x)))));
}
