import { isStatic } from '../../trace/dimension';
import type { OnnxAttribute, OnnxGraph, OnnxNode } from './model';
import { onnxTensor } from './tensor';
import type { OnnxTensor } from './tensor';
import type { Dimension } from '../../trace/types';

/** Constants up to this size are looked for among those that are there. */
const SHARED_CONSTANT_VALUES = 16;

/** Equal keys: the same value. JSON knows no whole numbers of 64 bits, nor -0, NaN and infinities. */
const keyOf = (parts: readonly unknown[]): string =>
  JSON.stringify(parts, (_, value: unknown) =>
    typeof value === 'bigint' || typeof value === 'number'
      ? Object.is(value, -0)
        ? '-0'
        : String(value)
      : value,
  );

/** Nodes and constants of an ONNX graph in the making, none of them twice; values are known by their names. */
export class GraphBuilder {
  private readonly nodes: OnnxNode[] = [];
  private readonly initializers: Record<string, OnnxTensor> = {};
  private readonly known = new Map<string, string>();
  private count = 0;

  /** @param prefix begins every name, so that graphs inside one another do not clash */
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

  /** A node with several results. */
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

  number(value: number): string {
    return this.constant(onnxTensor('float32', [], [value]));
  }

  /** Sizes and positions, which ONNX has in 64 bits. */
  integers(values: readonly number[]): string {
    return this.constant(onnxTensor('int64', [values.length], values));
  }

  /** @param batch name of the value that holds the batch size [1], asked for only where a size depends on it */
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
