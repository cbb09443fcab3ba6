import { at } from './dimension';
import type { Graph } from './graph';
import { inferType } from './operations';
import type { Attributes } from './operations';
import { printType } from './print';
import { TraceError } from './types';
import type { ConcreteType, Dimension } from './types';

/** Batch sizes at which every node is checked; a wrong expression in the batch size cannot be right at both. */
const BATCHES = [5, 17];

function isDimension(value: object): value is Exclude<Dimension, number> {
  return 'perBatch' in value;
}

/** Substitutes the batch size throughout a structure. */
function concrete(value: unknown, batch: number): unknown {
  if (Array.isArray(value)) return value.map((item) => concrete(item, batch));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (isDimension(value)) return at(value, batch);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, concrete(item, batch)]));
}

function typesOf({ nodes }: Graph, batch: number): ConcreteType[] {
  return nodes.map(({ type }) => concrete(type, batch) as ConcreteType);
}

/**
 * Returns the graph if it is legal: inputs precede their users, and each node has the type that its operation infers from its
 * inputs' types. @throws TraceError naming the node, output or input
 */
export function check(graph: Graph): Graph {
  for (const batch of BATCHES) {
    const types = typesOf(graph, batch);
    graph.nodes.forEach((node, i) => {
      const fail = (why: string): never => {
        throw new TraceError(`node %${i} (${node.operation}) is not legal: ${why}`);
      };
      const late = node.inputs.find((input) => !(input >= 0 && input < i));
      if (late !== undefined) fail(`its input %${late} is not before it`);
      const inputs = node.inputs.map((input) => types[input]!);
      const attributes = concrete(node.attributes, batch) as Attributes[typeof node.operation];
      const infer = (): string => {
        try {
          return printType(inferType(node.operation, inputs, attributes as never));
        } catch (error) {
          return fail((error as Error).message);
        }
      };
      const [got, expected] = [printType(types[i]!), infer()];
      if (got !== expected) fail(`its type is ${got} at batch size ${batch}, expected ${expected}`);
    });
  }
  const stray = graph.outputs.find(({ node }) => !graph.nodes[node]);
  if (stray) throw new TraceError(`output ${stray.name} is not a node of the graph`);
  const names = graph.nodes.flatMap((node) => (node.operation === 'Input' ? [node.attributes.name] : []));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new TraceError(`two inputs are called ${twice}`);
  return graph;
}
