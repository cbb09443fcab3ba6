import {
  KernelBackend,
  dispose,
  engine,
  registerBackend,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core';
import type { BackendValues, DataId, DataType, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { Node, Output } from './graph';
import { inferType } from './operations';
import type { Attributes, Operation } from './operations';
import { elementCount } from './shapes';
import { TraceError } from './types';
import type { ConcreteType, Dtype, TensorDtype } from './types';

export const BACKEND = 'trace';

/** Returns the line that called tfjs, for error messages: the first stack frame outside this folder and tfjs. */
export function caller(): string {
  // tfjs alone is deeper than the ten frames that V8 records by default.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const lines = (new Error().stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = limit;
  const own = /tfjs-core|src[\\/]trace[\\/]|<anonymous>/;
  return lines.find((line) => !own.test(line))?.trim() ?? 'at an unknown place';
}

function traceable(dtype: DataType | Dtype): TensorDtype {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new TraceError(`a tensor of ${dtype} cannot be traced: ${caller()}`);
}

/** Recorder of a function's nodes as it runs at one batch size. */
class Recorder {
  readonly nodes: Node[] = [];
  private readonly numbers = new WeakMap<DataId, number>();

  number(tensor: TensorInfo): number {
    const number = this.numbers.get(tensor.dataId);
    if (number === undefined) throw new TraceError(`a tensor from outside the traced function: ${caller()}`);
    return number;
  }

  type(number: number): ConcreteType {
    return this.nodes[number]!.type as ConcreteType;
  }

  add<K extends Operation>(operation: K, inputs: readonly number[], attributes: Attributes[K]): number {
    const types = inputs.map((input) => this.type(input));
    let type: ConcreteType;
    try {
      type = inferType(operation, types, attributes);
    } catch (error) {
      throw new TraceError(`${operation}: ${(error as Error).message}, ${caller()}`);
    }
    traceable(type.dtype);
    return this.nodes.push({ operation, inputs, attributes, type } as Node) - 1;
  }

  bind(dataId: DataId, number: number): void {
    this.numbers.set(dataId, number);
  }

  handle(number: number): TensorInfo {
    const dataId = {};
    this.bind(dataId, number);
    const { shape, dtype } = this.type(number);
    return { dataId, shape: [...shape], dtype: traceable(dtype) };
  }
}

/** A tfjs backend that computes nothing and records which kernels are called on which tensors. */
class TraceBackend extends KernelBackend {
  recorder: Recorder | null = null;

  get active(): Recorder {
    if (!this.recorder) throw new TraceError(`a traced tensor is used outside of its function: ${caller()}`);
    return this.recorder;
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype);
    return dataId;
  }

  override move(dataId: DataId, given: BackendValues | null, shape: number[], dtype: DataType): void {
    const kind = traceable(dtype);
    const values = (given ?? []) as ArrayLike<number>;
    const first = values[0] ?? 0;
    const uniform = Array.prototype.every.call(values, (value: number) => Object.is(value, first));
    const array = (): Float32Array | Int32Array =>
      kind === 'float32' ? Float32Array.from(values) : Int32Array.from(values);
    const number = uniform
      ? this.active.add('Fill', [], { value: Number(first), shape, dtype: kind })
      : this.active.add('Constant', [], { values: array(), shape, dtype: kind });
    this.active.bind(dataId, number);
  }

  override readSync(): never {
    throw new TraceError(`a traced function cannot look at the values of its tensors: ${caller()}`);
  }
  override read(): never {
    return this.readSync();
  }

  // The rest of the interface that tfjs's engine calls. Nothing is allocated here.
  override numDataIds = (): number => 0;
  override refCount = (): number => 1;
  override incRef = (): void => undefined;
  decRef = (): void => undefined;
  override disposeData = (): boolean => true;
  override timerAvailable = (): boolean => false;
  override memory = (): { unreliable: boolean } => ({ unreliable: true });
  override dispose = (): void => undefined;
  override floatPrecision = (): 32 => 32;
  override epsilon = (): number => 1e-7;
}

const backend = new TraceBackend();

export interface Recording {
  readonly nodes: readonly Node[];
  readonly outputs: readonly Output[];
}

/** Appends a node to the function being recorded; called by the kernels' rules. */
export function emit<K extends Operation>(
  operation: K,
  inputs: readonly TensorInfo[],
  attributes: Attributes[K],
): TensorInfo {
  const { active } = backend;
  return active.handle(
    active.add(
      operation,
      inputs.map((tensor) => active.number(tensor)),
      attributes,
    ),
  );
}

/** Returns another handle to the same node. */
export function alias(x: TensorInfo): TensorInfo {
  return backend.active.handle(backend.active.number(x));
}

export interface ConcreteInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: TensorDtype;
}

/**
 * Runs a function once on symbolic tensors, then restores the previous tfjs backend.
 * @throws TraceError for a kernel that cannot be traced, or a tensor from outside
 */
export function record(
  inputs: readonly ConcreteInput[],
  body: (tensors: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>,
): Recording {
  if (backend.recorder) throw new TraceError('a traced function cannot trace another one');
  const tensors = engine();
  const before = tensors.backendName;
  registerBackend(BACKEND, () => backend, 0);
  const recorder = new Recorder();
  backend.recorder = recorder;
  // Takes effect before it returns, because the factory is synchronous.
  void setBackend(BACKEND);
  tensors.startScope('trace');
  try {
    const symbols = inputs.map(({ name, shape, dtype }): [string, Tensor] => {
      if (!elementCount(shape))
        throw new TraceError(`input ${name}: got [${shape.join(', ')}], expected no size of 0`);
      const { dataId } = recorder.handle(recorder.add('Input', [], { name, shape, dtype }));
      return [name, tensors.makeTensorFromDataId(dataId, [...shape], dtype)];
    });
    const results = body(Object.fromEntries(symbols));
    const outputs = Object.entries(results).map(([name, tensor]) => ({
      name,
      node: recorder.number(tensor),
    }));
    // Ending the scope does not dispose tensors that the function passed to `keep`.
    dispose(results);
    return { nodes: recorder.nodes, outputs };
  } finally {
    tensors.endScope();
    backend.recorder = null;
    // Removed so that tfjs never selects it by itself.
    removeBackend(BACKEND);
    if (before) void setBackend(before);
  }
}
