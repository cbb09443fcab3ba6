import { halfValue } from '../half-precision';
import { ProtobufError, bytesOf, fieldsOf, integerOf, integersOf, textOf } from '../../protobuf-reader';

/** Error for an ONNX file that is refused, or that does not fit what is asked of it; the message says why and what to do. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
}

/** What is read of an ONNX file before the runtime opens it: enough to refuse what could harm, and to tell how it is used. */
export interface ModelFile {
  readonly graph: GraphSummary;
  /** Free text by key. */
  readonly metadata: ReadonlyMap<string, string>;
}

interface GraphSummary {
  /** Without those that have an initial value. */
  readonly inputs: readonly ValueSummary[];
  readonly outputs: readonly ValueSummary[];
  readonly nodes: readonly NodeSummary[];
  /** Constants of one number, by name. */
  readonly scalars: ReadonlyMap<string, number>;
}

export interface ValueSummary {
  readonly name: string;
  /** Number of TensorProto.DataType: 1 for float32, 2 for uint8, 10 for float16. */
  readonly elementType: number;
  /** Null for a dimension of any size; null altogether if the file does not say. */
  readonly dims: readonly (number | null)[] | null;
}

export interface NodeSummary {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Limits of a graph with all that are nested in it. */
const MAX_NODES = 200_000;
const MAX_DEPTH = 16;
const MAX_NAME_LENGTH = 1000;
/** Maximum numbers in a constant. */
const MAX_ELEMENTS = 2 ** 31;

/** Bytes per element of each TensorProto.DataType that may be stored raw. */
const ELEMENT_BYTES: Readonly<Record<number, number>> = {
  ...{ 1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 16: 2 },
};

/** The operators of ONNX itself; those of other domains are code that the file cannot bring with it, or only one runtime has. */
const STANDARD_DOMAINS: ReadonlySet<string> = new Set(['', 'ai.onnx']);

/**
 * Reads the structure of an ONNX file and refuses what must not reach the runtime: data in other files, constants that claim more
 * than they hold, operators of other domains, bytes that are no model.
 * @throws ModelFileError
 */
export function readModelFile(bytes: Uint8Array): ModelFile {
  try {
    return new FileReader().model(bytes);
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw new ModelFileError(
      `it is not an ONNX model, or a part of one: ${error.message}. Export it again, as one file.`,
    );
  }
}

class FileReader {
  private nodes = 0;

  model(bytes: Uint8Array): ModelFile {
    let graph: Uint8Array | null = null;
    const metadata = new Map<string, string>();
    for (const field of fieldsOf(bytes)) {
      if (field.number === 7) {
        if (graph !== null) throw twice('graph');
        graph = bytesOf(field);
      } else if (field.number === 14) metadata.set(...this.entry(bytesOf(field)));
      else if (field.number === 20)
        throw new ModelFileError(
          'it holds a training graph, expected a model for inference: export it for that.',
        );
      else if (field.number === 25)
        throw new ModelFileError(
          'it defines operators of its own (functions), which are not run. Export it with them inlined, such as by onnx.inliner.',
        );
    }
    if (graph === null)
      throw new ModelFileError(
        'it has no graph: it is not an ONNX model, or a part of one. Export it again.',
      );
    return { graph: this.graph(graph, 0), metadata };
  }

  private entry(bytes: Uint8Array): [string, string] {
    const entry: [string, string] = ['', ''];
    for (const field of fieldsOf(bytes)) if (field.number <= 2) entry[field.number - 1] = textOf(field);
    return entry;
  }

  private graph(bytes: Uint8Array, depth: number): GraphSummary {
    if (depth > MAX_DEPTH)
      throw new ModelFileError(`its graphs are nested more than ${MAX_DEPTH} deep, expected fewer.`);
    const inputs: ValueSummary[] = [];
    const outputs: ValueSummary[] = [];
    const nodes: NodeSummary[] = [];
    const scalars = new Map<string, number>();
    const initialised = new Set<string>();
    for (const field of fieldsOf(bytes)) {
      if (field.number === 1) nodes.push(this.node(bytesOf(field), depth, scalars));
      else if (field.number === 5) {
        const { name, scalar } = tensorOf(bytesOf(field));
        initialised.add(name);
        if (scalar !== null) scalars.set(name, scalar);
      } else if (field.number === 11) inputs.push(valueOf(bytesOf(field)));
      else if (field.number === 12) outputs.push(valueOf(bytesOf(field)));
      else if (field.number === 15) throw sparse();
    }
    return { inputs: inputs.filter(({ name }) => !initialised.has(name)), outputs, nodes, scalars };
  }

  private node(bytes: Uint8Array, depth: number, scalars: Map<string, number>): NodeSummary {
    if (++this.nodes > MAX_NODES)
      throw new ModelFileError(`it has more than ${MAX_NODES} operators, expected fewer.`);
    const inputs: string[] = [];
    const outputs: string[] = [];
    let [operator, domain] = ['', ''];
    let constant: number | null = null;
    for (const field of fieldsOf(bytes)) {
      if (field.number === 1) inputs.push(nameOf(field));
      else if (field.number === 2) outputs.push(nameOf(field));
      else if (field.number === 4) operator = nameOf(field);
      else if (field.number === 5) constant = this.attribute(bytesOf(field), depth) ?? constant;
      else if (field.number === 7) domain = nameOf(field);
    }
    if (!STANDARD_DOMAINS.has(domain))
      throw new ModelFileError(
        `it uses the operator '${operator}' of '${domain}', expected those of ONNX itself alone. Export it without (for a model that a runtime has optimised: the one before).`,
      );
    if (operator === 'Constant' && constant !== null) scalars.set(outputs[0] ?? '', constant);
    return { operator, inputs, outputs };
  }

  /** Checks an attribute. @returns the number of a tensor with one */
  private attribute(bytes: Uint8Array, depth: number): number | null {
    let constant: number | null = null;
    const single = new Set<number>();
    for (const field of fieldsOf(bytes)) {
      if (field.number === 5 || field.number === 6) {
        if (single.has(field.number)) throw twice('value of an attribute');
        single.add(field.number);
      }
      if (field.number === 5 || field.number === 10) constant = tensorOf(bytesOf(field)).scalar;
      else if (field.number === 6 || field.number === 11) this.graph(bytesOf(field), depth + 1);
      else if (field.number === 22 || field.number === 23) throw sparse();
    }
    return constant;
  }
}

/** The runtime merges the parts of a message that is there twice, into one that was never looked at. */
const twice = (what: string): ModelFileError =>
  new ModelFileError(`it has a ${what} twice, expected it once: the file is damaged. Export it again.`);

const sparse = (): ModelFileError =>
  new ModelFileError('it holds sparse constants, which are not read. Export it with dense ones.');

function nameOf(field: Parameters<typeof textOf>[0]): string {
  const name = textOf(field);
  if (name.length <= MAX_NAME_LENGTH) return name;
  throw new ModelFileError(
    `it has a name of ${name.length} characters, expected at most ${MAX_NAME_LENGTH}.`,
  );
}

/** Checks a constant. @returns its name, and its number if it is a single one of single or half precision */
function tensorOf(bytes: Uint8Array): { readonly name: string; readonly scalar: number | null } {
  let [name, type, elements, held] = ['', 0, 1, 0];
  let raw: Uint8Array | null = null;
  let floats: Uint8Array | null = null;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) for (const dim of integersOf(field)) elements *= sizeOf(dim);
    else if (field.number === 2) type = integerOf(field);
    else if (field.number === 8) name = nameOf(field);
    else if (field.number === 9) raw = bytesOf(field);
    else if (field.number === 13 || (field.number === 14 && integerOf(field) !== 0))
      throw new ModelFileError(
        'its weights lie in another file, which is not read. Save it as one file: in Python, onnx.save_model(onnx.load(path), new_path).',
      );
    else if (field.number === 4) held += (floats = bytesOf(field)).length / 4;
    // Numbers of variable length take at least a byte, or are a field each.
    else if ([5, 6, 7, 10, 11].includes(field.number)) held += field.bytes?.length ?? 1;
  }
  if (elements > MAX_ELEMENTS)
    throw new ModelFileError(
      `its constant '${name}' has ${elements} numbers, expected at most ${MAX_ELEMENTS}.`,
    );
  const expected = elements * (ELEMENT_BYTES[type] ?? 1);
  if (raw === null ? elements > held && elements > 0 : raw.length !== expected)
    throw new ModelFileError(
      `its constant '${name}' says that it has ${elements} numbers and holds ${raw?.length ?? held} bytes: the file is damaged. Export it again.`,
    );
  const numbers = raw ?? floats;
  return { name, scalar: elements === 1 && numbers !== null ? scalarOf(type, numbers) : null };
}

/** Returns the number of a constant with one, if it is of single precision, or of half precision in raw bytes. */
function scalarOf(type: number, bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (type === 1 && bytes.length === 4) return view.getFloat32(0, true);
  return type === 10 && bytes.length === 2 ? halfValue(view.getUint16(0, true)) : null;
}

function sizeOf(dim: bigint): number {
  if (dim >= 0n) return Number(dim);
  throw new ModelFileError(
    `a constant has the size ${dim}, expected 0 or more: the file is damaged. Export it again.`,
  );
}

function valueOf(bytes: Uint8Array): ValueSummary {
  let [name, elementType] = ['', 0];
  let dims: (number | null)[] | null = null;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) name = nameOf(field);
    if (field.number !== 2) continue;
    for (const kind of fieldsOf(bytesOf(field))) {
      // A tensor; other kinds of values keep the element type 0.
      if (kind.number !== 1) continue;
      for (const part of fieldsOf(bytesOf(kind))) {
        if (part.number === 1) elementType = integerOf(part);
        else if (part.number === 2) dims = dimsOf(bytesOf(part));
      }
    }
  }
  return { name, elementType, dims };
}

function dimsOf(bytes: Uint8Array): (number | null)[] {
  const dims: (number | null)[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number !== 1) continue;
    let size: number | null = null;
    for (const part of fieldsOf(bytesOf(field))) if (part.number === 1) size = integerOf(part);
    // Some exporters write -1 for any size.
    dims.push(size !== null && size > 0 ? size : null);
  }
  return dims;
}
