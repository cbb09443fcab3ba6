import { sameShape } from '../../trace/dimension';
import type { Graph, Node } from '../../trace/graph';
import { attribute } from './graph-def';
import type { AttributeMap } from './graph-def';

/** A TensorFlow kernel that replaces several operations. */
export interface FusedKernel {
  readonly operation: string;
  /** Indices of the graph's nodes. */
  readonly inputs: readonly number[];
  readonly attributes: AttributeMap;
  /** Result name in TensorFlow's definition of the kernel. */
  readonly output: string;
}

type Pattern = (node: Node, graph: Graph) => FusedKernel | null;

const FLOAT = { T: attribute.type('float') };

/** Returns the two factors in both orders if each has the product's shape, otherwise nothing. */
function factors({ inputs, type }: Node, { nodes }: Graph): readonly [number, number][] {
  const [a, b] = inputs as [number, number];
  const whole = inputs.every((input) => sameShape(nodes[input]!.type.shape, type.shape));
  return whole
    ? [
        [a, b],
        [b, a],
      ]
    : [];
}

/** Returns y if `slope` is 1 - y² for a hyperbolic tangent y, otherwise null. */
function tanhOf(slope: Node, { nodes }: Graph): number | null {
  if (slope.operation !== 'Sub') return null;
  const [one, square] = slope.inputs.map((input) => nodes[input]!) as [Node, Node];
  if (one.operation !== 'Fill' || one.attributes.value !== 1 || square.operation !== 'Square') return null;
  const y = square.inputs[0]!;
  return nodes[y]!.operation === 'Tanh' ? y : null;
}

/**
 * Returns the input of a step at 0, or its ReLU if the graph computes that: the sign is the same, and a layer's ReLU may be
 * fused with its product. Null for any other node.
 */
function rectified(step: Node, { nodes }: Graph): number | null {
  if (step.operation !== 'Step' || step.attributes.alpha !== 0) return null;
  const x = step.inputs[0]!;
  const relu = nodes.findIndex(({ operation, inputs }) => operation === 'Relu' && inputs[0] === x);
  return relu < 0 ? x : relu;
}

const gradientOfActivation: Pattern = (node, graph) => {
  if (node.operation !== 'Multiply' || node.type.dtype !== 'float32') return null;
  for (const [slope, gradient] of factors(node, graph)) {
    const y = tanhOf(graph.nodes[slope]!, graph);
    if (y !== null) return { operation: 'TanhGrad', inputs: [y, gradient], attributes: FLOAT, output: 'z' };
    const features = rectified(graph.nodes[slope]!, graph);
    if (features !== null)
      return {
        operation: 'ReluGrad',
        inputs: [gradient, features],
        attributes: FLOAT,
        output: 'backprops',
      };
  }
  return null;
};

/** Matches a sum over all dimensions but the last. */
const gradientOfBias: Pattern = (node, { nodes }) => {
  if (node.operation !== 'Sum' || node.type.dtype !== 'float32') return null;
  const { axes, keepDims } = node.attributes;
  const { shape } = nodes[node.inputs[0]!]!.type;
  const others = shape.length - 1;
  const all = others > 0 && axes.length === others && axes.every((axis) => axis < others);
  if (keepDims || !all) return null;
  return { operation: 'BiasAddGrad', inputs: node.inputs, attributes: FLOAT, output: 'output' };
};

const PATTERNS: readonly Pattern[] = [gradientOfActivation, gradientOfBias];

/**
 * Returns a kernel that computes this node from earlier nodes, or null. The nodes in between are then skipped unless other
 * nodes need them. Results differ from the separate operations in the last digits at most.
 */
export function fusedKernel(node: Node, graph: Graph): FusedKernel | null {
  for (const pattern of PATTERNS) {
    const found = pattern(node, graph);
    if (found) return found;
  }
  return null;
}
