import { pointsAt } from '../../latent/axes';
import {
  columnsOf,
  largestOf,
  leadingClasses,
  meanChange,
  mostProbable,
} from '../../columns/class-probabilities';
import { evenlySpread } from '../../model/evaluation';
import type {
  ClassifiedPoints,
  ClassifierState,
  DecisionRegions,
  DirectionEffect,
} from '../../protocol/classifier';
import { RpcError } from '../../protocol/rpc';
import type { Handlers, Params } from '../../protocol/rpc';
import type { classifierMethods } from '../../protocol/schemas/classifier';
import type { MethodsOf } from '../../protocol/schemas/method';
import type { EngineContext } from '../context';
import { modelOf } from '../ready-model';
import { decodeInTurns } from './decode-in-turns';
import { checkCount } from './request-checks';

type ClassifierMethods = MethodsOf<typeof classifierMethods>;

/** Implements the methods for the run's classifier, which computes in a process of its own. */
export function classifierService(context: EngineContext): Handlers<ClassifierMethods> {
  const { classifier, latents } = context;
  const state = async (): Promise<ClassifierState> => {
    const set = await latents.maybe();
    return classifier.state(set && set.latents.fingerprint);
  };
  return {
    classifier: state,
    async classifyAll() {
      await classifier.start();
      return state();
    },
    cancelClassifyAll: () => classifier.cancel(),
    classifyPoints: (params, signal) => classifyPoints(context, params, signal),
    decisionRegions: (params, signal) => decisionRegions(context, params, signal),
    directionEffect: (params, signal) => directionEffect(context, params, signal),
  };
}

/** Decodes points with the weights of one step and classifies the pictures. */
async function classified(
  context: EngineContext,
  z: Float32Array,
  count: number,
  signal: AbortSignal,
): Promise<{
  readonly values: Float32Array;
  readonly classes: number;
  readonly names: readonly string[];
  readonly step: number;
}> {
  const { names } = await context.classifier.attached();
  const model = modelOf(context);
  const { latent } = model.config.model;
  if (z.length !== count * latent)
    throw new RpcError('bad-input', `z: got ${z.length} numbers, expected ${count} points of ${latent}`);
  checkCount(model, count);
  const { step } = model;
  const pictures = await decodeInTurns(context, model, z, signal);
  return { values: await context.classifier.classify(pictures, signal), classes: names.length, names, step };
}

async function classifyPoints(
  context: EngineContext,
  { z, count, most }: Params<ClassifierMethods, 'classifyPoints'>,
  signal: AbortSignal,
): Promise<ClassifiedPoints> {
  const { values, classes, names, step } = await classified(context, z, count, signal);
  const shown = leadingClasses(largestOf(values, classes), most);
  return {
    classes: shown,
    names: Array.from(shown, (k) => names[k]!),
    probabilities: columnsOf(values, classes, shown),
    top: mostProbable(values, classes),
    step,
  };
}

async function decisionRegions(
  context: EngineContext,
  { from, to, side, ...axes }: Params<ClassifierMethods, 'decisionRegions'>,
  signal: AbortSignal,
): Promise<DecisionRegions | null> {
  const set = await context.latents.encoded();
  set.check(axes.key);
  const plane = set.plane(axes);
  if (plane === null) return null;
  const at = (axis: 0 | 1, i: number): number => from[axis] + ((i + 0.5) / side) * (to[axis] - from[axis]);
  const places = new Float32Array(2 * side * side);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      places.set([at(0, column), at(1, row)], 2 * (row * side + column));
  const { values, classes, step } = await classified(context, pointsAt(plane, places), side * side, signal);
  const top = mostProbable(values, classes);
  return {
    side,
    classes: top,
    probabilities: Float32Array.from(top, (k, i) => values[i * classes + k]!),
    step,
  };
}

async function directionEffect(
  context: EngineContext,
  { vector, images, most }: Params<ClassifierMethods, 'directionEffect'>,
  signal: AbortSignal,
): Promise<DirectionEffect> {
  const { latents } = await context.latents.encoded();
  const { dimensions, mean, ids } = latents;
  if (vector.length !== dimensions)
    throw new RpcError('bad-input', `vector: got ${vector.length} numbers, expected ${dimensions}`);
  const rows = evenlySpread(
    Uint32Array.from(ids, (_, row) => row),
    images,
  );
  const moved = (sign: number): Float32Array =>
    Float32Array.from(
      { length: rows.length * dimensions },
      (_, i) =>
        mean[rows[Math.floor(i / dimensions)]! * dimensions + (i % dimensions)]! +
        sign * vector[i % dimensions]!,
    );
  const before = await classified(context, moved(-1), rows.length, signal);
  const after = await classified(context, moved(1), rows.length, signal);
  if (before.step !== after.step)
    throw new RpcError('superseded', 'the model trained on meanwhile: measure again');
  const change = meanChange(before.values, after.values, before.classes);
  const shown = leadingClasses(change.mean.map(Math.abs), most);
  return {
    classes: shown,
    changes: Float64Array.from(shown, (k) => change.mean[k]!),
    standardErrors: Float64Array.from(shown, (k) => change.standardError[k]!),
    images: rows.length,
    step: after.step,
  };
}
