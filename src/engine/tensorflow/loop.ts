import type { ProtobufMessage } from '../protobuf';
import { NodeList, attribute, functionMessage } from './graph-def';
import type { Argument } from './graph-def';

const INT = { T: attribute.type('int32') };

/** Name of an argument's value for the next turn. */
const next = (name: string): string => `${name}_next`;

/** A loop that counts: turn `i`, from 0 to `limit` - 1, takes its arguments and gives those of the next turn. */
export interface CountingLoop {
  readonly name: string;
  /** Of the functions in the library. */
  readonly condition: string;
  readonly body: string;
  /** `i` and the one that `limit` names among them, both int32. */
  readonly inputs: readonly Argument[];
  readonly limit: string;
}

/** `i` < limit. */
export function loopCondition({ condition, inputs, limit }: CountingLoop): ProtobufMessage {
  const list = new NodeList('function');
  const go = list.add('Less', ['i', limit], INT, 'z');
  return functionMessage(condition, inputs, [{ name: 'go', type: 'bool' }], list, { go });
}

/**
 * One turn. @param changed the reference that each argument becomes, by name; the others stay
 * @param waits nodes to wait for before the next turn, as `^node`
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

/** Appends the loop, whose results are its arguments after the last turn. @param references the first turn's arguments */
export function appendLoop(loop: CountingLoop, list: NodeList, references: readonly string[]): void {
  const attributes = {
    T: attribute.types(loop.inputs.map(({ type }) => type)),
    cond: attribute.function(loop.condition),
    body: attribute.function(loop.body),
    output_shapes: attribute.shapes([]),
    parallel_iterations: attribute.int(1),
    // As plain nodes of the session's graph: TensorFlow puts oneDNN's convolutions only there, and not in functions.
    _lower_using_switch_merge: attribute.flag(true),
  };
  list.add('While', references, attributes, 'output', loop.name);
}
