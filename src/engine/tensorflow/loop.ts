import type { ProtobufMessage } from '../protobuf';
import { NodeList, attribute, functionMessage } from './graph-def';
import type { Argument } from './graph-def';

const INT = { T: attribute.type('int32') };

/** Returns the name of an argument's value for the next iteration. */
const next = (name: string): string => `${name}_next`;

/** A counting loop: iteration `i`, from 0 to `limit` - 1, maps its arguments to those of the next iteration. */
export interface CountingLoop {
  readonly name: string;
  /** Names of the library functions. */
  readonly condition: string;
  readonly body: string;
  /** Arguments, including `i` and the one named by `limit`, both int32. */
  readonly inputs: readonly Argument[];
  readonly limit: string;
}

/** Builds the condition `i` < limit. */
export function loopCondition({ condition, inputs, limit }: CountingLoop): ProtobufMessage {
  const list = new NodeList('function');
  const go = list.add('Less', ['i', limit], INT, 'z');
  return functionMessage(condition, inputs, [{ name: 'go', type: 'bool' }], list, { go });
}

/**
 * Builds one iteration.
 * @param changed new reference of each changed argument, by name; all others keep their values
 * @param waits control inputs (`^node`) to wait for before the next iteration
 */
export function loopBody(
  { body, inputs }: CountingLoop,
  list: NodeList,
  changed: Readonly<Record<string, string>>,
  waits: readonly string[] = [],
): ProtobufMessage {
  const counted = list.add('AddV2', ['i', list.int(1)], INT, 'z');
  const all: Readonly<Record<string, string>> = {
    ...changed,
    i: waits.length === 0 ? counted : list.add('Identity', [counted, ...waits], INT, 'output'),
  };
  return functionMessage(
    body,
    inputs,
    inputs.map(({ name, type }) => ({ name: next(name), type })),
    list,
    Object.fromEntries(inputs.map(({ name }) => [next(name), all[name] ?? name])),
  );
}

/**
 * Appends the loop, whose results are its arguments after the last iteration.
 * @param references the initial arguments
 * @param isInlined whether it becomes nodes of the session's graph: TensorFlow substitutes oneDNN's convolutions only there, not in
 * functions. XLA needs a loop as it is.
 */
export function appendLoop(
  loop: CountingLoop,
  list: NodeList,
  references: readonly string[],
  isInlined = true,
): void {
  const attributes = {
    T: attribute.types(loop.inputs.map(({ type }) => type)),
    cond: attribute.function(loop.condition),
    body: attribute.function(loop.body),
    output_shapes: attribute.shapes([]),
    parallel_iterations: attribute.int(1),
    ...(isInlined ? { _lower_using_switch_merge: attribute.flag(true) } : {}),
  };
  list.add('While', references, attributes, 'output', loop.name);
}
