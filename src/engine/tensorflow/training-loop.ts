import type { OptimizerConfig, TrainingConfig, VaeConfig } from '../../vae/config';
import { parameterShapes } from '../../vae/parameters';
import { slotKey, stateShapes } from '../../vae/state';
import type { ProtobufMessage } from '../protobuf';
import { noiseInputs } from '../noise';
import { gradientGraph } from '../programs';
import { NodeList, after, attribute, functionMessage } from './graph-def';
import type { Argument } from './graph-def';
import { appendLoop, loopBody, loopCondition } from './loop';
import type { CountingLoop } from './loop';
import type { Executor } from './executor';
import { gatherAttributes, lower } from './lower';
import { readVariable, scaled } from './variables';

/** Arguments of the loop, before noise and state; only `i` and `metrics` change between steps. */
const CHUNK_ARGUMENTS: readonly Argument[] = [
  { name: 'i', type: 'int32' },
  { name: 'steps', type: 'int32' },
  { name: 'rows', type: 'int32' },
  { name: 'rates', type: 'float' },
  { name: 'metrics', type: 'float' },
  { name: 'images', type: 'resource' },
];
const METRICS_ARGUMENT = 4;

const INT = { T: attribute.type('int32') };
const FLOAT = { T: attribute.type('float') };

/** Adds the optimizer's fused kernel. It descends, so the step size is negated. @returns the node to wait for */
function applyOptimizer(
  list: NodeList,
  optimizer: OptimizerConfig,
  state: (slot: string | null) => string,
  gradient: string,
  descent: string,
): string {
  const float = (value: number): string => list.constant('float', [], Float32Array.of(value));
  switch (optimizer.name) {
    case 'sgd':
      return list.add('ResourceApplyGradientDescent', [state(null), descent, gradient], FLOAT, '');
    case 'adagrad': {
      const inputs = [state(null), state('sum'), descent, float(optimizer.epsilon), gradient];
      return list.add('ResourceApplyAdagradV2', inputs, { ...FLOAT, update_slots: attribute.flag(true) }, '');
    }
    case 'adam': {
      // The step size includes the bias corrections; beta powers of 0 keep the kernel from correcting again.
      const constants = [float(optimizer.beta1), float(optimizer.beta2), float(optimizer.epsilon)];
      const inputs = [
        state(null),
        state('m'),
        state('v'),
        float(0),
        float(0),
        descent,
        ...constants,
        gradient,
      ];
      return list.add('ResourceApplyAdam', inputs, FLOAT, '');
    }
    case 'rmsprop': {
      const constants = [float(optimizer.decay), float(optimizer.momentum), float(optimizer.epsilon)];
      const slots = [state(null), state('ms'), state('mom')];
      return list.add('ResourceApplyRMSProp', [...slots, descent, ...constants, gradient], FLOAT, '');
    }
    default:
      return optimizer satisfies never;
  }
}

/** Builds one step of Algorithm 1 on row `i` of the chunk's inputs. @param handles argument name of each tensor of the state */
function body(
  model: VaeConfig,
  training: TrainingConfig,
  loop: CountingLoop,
  handles: Readonly<Record<string, string>>,
  executor: Executor,
): ProtobufMessage {
  const list = new NodeList('function');
  const row = (of: string, type: 'int32' | 'float'): string =>
    list.add('GatherV2', [of, 'i', list.int(0)], gatherAttributes(type), 'output');
  const names = Object.keys(parameterShapes(model));
  const gather = {
    dtype: attribute.type('uint8'),
    Tindices: attribute.type('int32'),
    batch_dims: attribute.int(0),
    validate_indices: attribute.flag(true),
  };
  const minibatch = list.add('ResourceGather', ['images', row('rows', 'int32')], gather, 'output');
  const parameters = Object.fromEntries(names.map((name) => [name, readVariable(list, handles[name]!)]));
  const inputs = {
    ...parameters,
    x: scaled(list, minibatch),
    ...Object.fromEntries(noiseInputs(model, training).map(({ name }) => [name, row(name, 'float')])),
  };
  const estimate = lower(gradientGraph(model, training), list, inputs, executor);
  const descent = list.add('Neg', [row('rates', 'float')], FLOAT, 'y');
  const updates = names.map((name) => {
    const handle = (slot: string | null): string => handles[slot === null ? name : slotKey(slot, name)]!;
    return applyOptimizer(list, training.optimizer, handle, estimate[name]!, descent);
  });

  const reshaped = (value: string, shape: readonly number[], type: typeof INT): string =>
    list.add('Reshape', [value, list.ints(shape)], { ...type, Tshape: attribute.type('int32') }, 'output');
  const pair = { ...FLOAT, N: attribute.int(2), axis: attribute.int(0) };
  const values = list.add('Pack', [estimate['elbo']!, estimate['reconstruction']!], pair, 'output');
  const metrics = list.add(
    'TensorScatterUpdate',
    ['metrics', reshaped('i', [1, 1], INT), reshaped(values, [1, 2], FLOAT)],
    { ...FLOAT, Tindices: attribute.type('int32') },
    'output',
  );
  return loopBody(loop, list, { metrics }, updates.map(after));
}

export interface TrainingLoop {
  /** Functions for the library. */
  readonly functions: readonly ProtobufMessage[];
  /**
   * Appends the loop.
   * @param inputs the chunk's arguments and noise, then the state's handles
   * @returns the reference of the metrics after the last step
   */
  append(list: NodeList, inputs: readonly string[]): string;
}

/** Names the loop for XLA, as a function: `_XlaMustCompile` is an error where it cannot be compiled as a whole. */
const COMPILED = 'compiled_steps';
const MUST_COMPILE = { _XlaMustCompile: attribute.flag(true) };

function compiledFunction(loop: CountingLoop): ProtobufMessage {
  const list = new NodeList('function');
  const own = { ...loop, name: 'loop' };
  appendLoop(
    own,
    list,
    loop.inputs.map(({ name }) => name),
    false,
  );
  const measured = list.reference(own.name, 'output', METRICS_ARGUMENT);
  const outputs: Argument[] = [{ name: 'measured', type: 'float' }];
  return functionMessage(COMPILED, loop.inputs, outputs, list, { measured }, MUST_COMPILE);
}

function callCompiled(loop: CountingLoop, list: NodeList, references: readonly string[]): string {
  const attributes = {
    Tin: attribute.types(loop.inputs.map(({ type }) => type)),
    Tout: attribute.types(['float']),
    f: attribute.function(COMPILED),
    config: attribute.text(''),
    config_proto: attribute.text(''),
    executor_type: attribute.text(''),
    ...MUST_COMPILE,
  };
  return list.add('StatefulPartitionedCall', references, attributes, 'output', loop.name);
}

/** Builds a chunk of steps as a loop inside TensorFlow; the state stays in the session's variables. */
export function trainingLoop(model: VaeConfig, training: TrainingConfig, executor: Executor): TrainingLoop {
  const tensors = Object.keys(stateShapes(model, training.optimizer));
  const handles = Object.fromEntries(tensors.map((name, i) => [name, `state_${i}`]));
  const inputs = [
    ...CHUNK_ARGUMENTS,
    ...noiseInputs(model, training).map(({ name }): Argument => ({ name, type: 'float' })),
    ...tensors.map((name): Argument => ({ name: handles[name]!, type: 'resource' })),
  ];
  const loop: CountingLoop = {
    ...{ name: 'train/loop', condition: 'another_step', body: 'step' },
    ...{ inputs, limit: 'steps' },
  };
  const functions = [loopCondition(loop), body(model, training, loop, handles, executor)];
  if (executor === 'xla')
    return {
      functions: [...functions, compiledFunction(loop)],
      append: (list, references) => callCompiled(loop, list, references),
    };
  return {
    functions,
    append(list, references) {
      appendLoop(loop, list, references);
      return list.reference(loop.name, 'output', METRICS_ARGUMENT);
    },
  };
}
