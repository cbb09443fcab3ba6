import { isStatic } from '../../trace/dimension';
import type { OnnxAttribute, OnnxGraph, OnnxNode } from './model';
import { onnxTensor } from './tensor';
import type { OnnxTensor } from './tensor';
import type { Dimension } from '../../trace/types';

/** Maximum size of constants that are deduplicated, in elements. */
const SHARED_CONSTANT_VALUES = 16;

/** Returns equal keys for equal values. JSON lacks 64-bit integers, -0, NaN and infinities. */
const keyOf = (parts: readonly unknown[]): string =>
  JSON.stringify(parts, (_, value: unknown) =>
    typeof value === 'bigint' || typeof value === 'number'
      ? Object.is(value, -0)
        ? '-0'
        : String(value)
      : value,
  );

/** Builder of an ONNX graph that deduplicates nodes and constants; values are identified by name. */
export class GraphBuilder {
  private readonly nodes: OnnxNode[] = [];
  private readonly initializers: Record<string, OnnxTensor> = {};
  private readonly known = new Map<string, string>();
  private count = 0;

  /** @param prefix starts every name, so that nested graphs do not clash */
  constructor(private readonly prefix: string) {}

  add(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    output?: string,
  ): string {
    const add = (name: string): string => {
      this.nodes.push({ operator, inputs, outputs: [name], attributes });
      return name;
    };
    return output === undefined ? this.once(keyOf([operator, inputs, attributes]), add) : add(output);
  }

  /** Adds a node with several results, without deduplication. */
  addNode(node: OnnxNode): void {
    this.nodes.push(node);
  }

  constant(tensor: OnnxTensor): string {
    const { type, dims, data } = tensor;
    const add = (name: string): string => {
      this.initializers[name] = tensor;
      return name;
    };
    return data.length > SHARED_CONSTANT_VALUES
      ? add(this.name())
      : this.once(keyOf([type, dims, Array.from(data as ArrayLike<number | bigint>)]), add);
  }

  /** Adds a tensor under a name of the caller's, which must differ from all others. */
  namedConstant(name: string, tensor: OnnxTensor): string {
    this.initializers[name] = tensor;
    return name;
  }

  number(value: number): string {
    return this.constant(onnxTensor('float32', [], [value]));
  }

  /** Adds sizes or positions, which ONNX stores as 64-bit integers. */
  integers(values: readonly number[]): string {
    return this.constant(onnxTensor('int64', [values.length], values));
  }

  /**
   * Adds a shape as an int64 tensor. @param batch returns the name of the batch size [1]; called only if a size depends on it
   */
  sizes(shape: readonly Dimension[], batch: () => string): string {
    if (isStatic(shape)) return this.integers(shape);
    const each = shape.map((size) => {
      if (typeof size === 'number') return this.integers([size]);
      const product = this.add('Mul', [batch(), this.integers([size.perBatch])]);
      return this.add('Add', [product, this.integers([size.constant])]);
    });
    return this.add('Concat', each, { axis: { int: 0 } });
  }

  build(graph: Pick<OnnxGraph, 'name' | 'inputs' | 'outputs'>): OnnxGraph {
    return { ...graph, nodes: this.nodes, initializers: this.initializers };
  }

  private once(key: string, add: (name: string) => string): string {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const name = add(this.name());
    this.known.set(key, name);
    return name;
  }

  private name(): string {
    return `${this.prefix}${this.count++}`;
  }
}
