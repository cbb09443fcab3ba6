import type { Graph, Node, NodeOf } from './graph';
import { REWRITES, scalarInputs, scalarOf } from './rewrites';
import type { InputLookup, Rewritten } from './rewrites';

/** Returns equal keys for the same operation on the same inputs. JSON lacks -0, NaN and infinities. */
function keyOf({ operation, inputs, attributes }: Node): string {
  return JSON.stringify([operation, inputs, attributes], (_, value: unknown) => {
    if (ArrayBuffer.isView(value))
      return Array.from(value as Float32Array, (x) => (Object.is(x, -0) ? '-0' : String(x)));
    return typeof value === 'number' ? (Object.is(value, -0) ? '-0' : String(value)) : value;
  });
}

/** Builder of a graph without duplicate nodes. */
class Builder {
  readonly nodes: Node[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly lookup: InputLookup = (number) => this.nodes[number]!;

  /** Adds the node or its simplification. @returns the number of the resulting node */
  add(node: Node): number {
    const inputs = [...node.inputs];
    for (const i of scalarInputs(node, this.lookup)) {
      inputs[i] = this.add(scalarOf(this.lookup(inputs[i]!) as NodeOf<'Fill'>));
    }
    const candidate = { ...node, inputs };
    const rewritten = this.rewrite(candidate);
    if (typeof rewritten === 'number') return rewritten;
    if (rewritten) return this.add(rewritten);
    const key = keyOf(candidate);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.nodes.push(candidate) - 1;
    this.numbers.set(key, number);
    return number;
  }

  private rewrite(node: Node): Rewritten {
    const rule = REWRITES[node.operation] as ((node: Node, lookup: InputLookup) => Rewritten) | undefined;
    return rule ? rule(node, this.lookup) : null;
  }
}

/** Rebuilds a graph by adding each node to `into` with its inputs renumbered, then drops the nodes that no output needs. */
export function rebuilt(
  graph: Graph,
  into: { readonly nodes: readonly Node[]; add(node: Node): number },
): Graph {
  const numbers: number[] = [];
  for (const node of graph.nodes) {
    numbers.push(into.add({ ...node, inputs: node.inputs.map((input) => numbers[input]!) }));
  }
  const outputs = graph.outputs.map(({ name, node }) => ({ name, node: numbers[node]! }));
  return alive({ nodes: into.nodes, outputs });
}

/** Drops the nodes that no output needs; inputs stay, because they are the function's signature. */
function alive({ nodes, outputs }: Graph): Graph {
  const needed = new Set(outputs.map(({ node }) => node));
  for (let i = nodes.length - 1; i >= 0; i--) {
    if (needed.has(i)) for (const input of nodes[i]!.inputs) needed.add(input);
  }
  const numbers = new Map<number, number>();
  const kept = nodes.filter((node, i) => {
    if (!needed.has(i) && node.operation !== 'Input') return false;
    numbers.set(i, numbers.size);
    return true;
  });
  const renumbered = (number: number): number => numbers.get(number)!;
  return {
    nodes: kept.map((node) => ({ ...node, inputs: node.inputs.map(renumbered) })),
    outputs: outputs.map(({ name, node }) => ({ name, node: renumbered(node) })),
  };
}

/**
 * Simplifies a graph without changing its function: drops casts, reshapes and broadcasts that change nothing, folds arithmetic
 * on constants, merges equal nodes and drops unused ones. No sum is reordered, so results stay the same to the last bit, except
 * for the sign of a zero.
 */
export function simplify(graph: Graph): Graph {
  return rebuilt(graph, new Builder());
}
