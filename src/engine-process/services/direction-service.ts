import { analogyPoint, meanOf, pointsAlong, placeAlong } from '../../latent/direction';
import type { HeldOutScore as Score, PointSet } from '../../latent/direction';
import type { Along, Analogy } from '../../protocol/directions';
import type { directionMethods } from '../../protocol/schemas/directions';
import type { MethodsOf } from '../../protocol/schemas/method';
import { RpcError } from '../../protocol/rpc';
import type { Handlers, Params } from '../../protocol/rpc';
import type { Latents } from '../../runs/latents';
import { decodePictures } from '../../model/decode';
import { seededScore } from '../../model/direction-score';
import { modelOf } from '../ready-model';
import type { EngineContext } from '../context';
import type { EncodedDataset } from '../map/encoded-dataset';
import { decodeInTurns } from './decode-in-turns';
import { membersOf } from './image-set-members';
import { checkCount, checkDimensions, latentPoint } from './request-checks';
import { directionAlong, selectionSpread } from './selection-spread';
import type { Direction, DirectionScore, ImageSet } from '../../domain/direction';
import { MIN_SCORED_IMAGES } from '../../domain/limits';

type DirectionMethods = MethodsOf<typeof directionMethods>;

/** Implements the direction methods on this process's model and encoded images. */
export function directionService(context: EngineContext): Handlers<DirectionMethods> {
  return {
    async makeDirection(request, signal) {
      const set = await context.latents.encoded();
      if ('component' in request) return ofComponent(set, request.component);
      return between(context, set.latents, request, signal);
    },
    along: (params, signal) => along(context, params, signal),
    selectionSpread: (params, signal) => selectionSpread(context, params, signal),
    analogy: (params) => context.scheduler.turn('interactive', () => analogy(context, params)),
  };
}

type Between = Extract<Params<DirectionMethods, 'makeDirection'>, { readonly a: ImageSet }>;

async function between(
  context: EngineContext,
  latents: Latents,
  { a, b, seed }: Between,
  signal: AbortSignal,
): Promise<Direction> {
  const { dimensions, step, fingerprint } = latents;
  const points: PointSet = { values: latents.mean, dimensions };
  const [first, second, inBoth] = rowsOf(latents, a, b);
  const start = Float32Array.from(meanOf(points, first));
  const vector = Float32Array.from(meanOf(points, second)).map((value, d) => value - start[d]!);
  if (vector.every((value) => value === 0))
    throw new RpcError(
      'bad-input',
      'both sets have the same mean: there is no direction from one to the other',
    );
  const scored = first.length >= MIN_SCORED_IMAGES && second.length >= MIN_SCORED_IMAGES;
  return {
    ...{ vector, start, inBoth, step, fingerprint },
    counts: [first.length, second.length],
    score: scored ? await scoreInTurns(context, points, [first, second], seed, signal) : null,
  };
}

async function scoreInTurns(
  context: EngineContext,
  points: PointSet,
  [a, b]: readonly [Uint32Array, Uint32Array],
  seed: number,
  signal: AbortSignal,
): Promise<DirectionScore> {
  const score = await context.scheduler.drive('background', seededScore(points, a, b, seed), signal);
  return { ...plain(score), seed };
}

function plain({ agreement, effect, chance, rounds }: Score): Omit<DirectionScore, 'seed'> {
  const measured = (value: number | null, by: Score['chance']['effect']) => ({
    ...{ value, chanceMean: by.mean, chance95: by.percentile95 },
  });
  return {
    agreement: measured(agreement, chance.agreement),
    effect: measured(effect, chance.effect),
    rounds,
  };
}

/** Returns a principal component as a direction from one standard deviation below the mean of all images to one above. */
function ofComponent({ latents, components }: EncodedDataset, component: number): Direction {
  const { dimensions, step, fingerprint, ids } = latents;
  checkDimensions([component], dimensions);
  const deviation = Math.sqrt(components.variances[component]!);
  if (deviation === 0)
    throw new RpcError('bad-input', `component ${component}: the posterior means do not vary along it`);
  const direction = components.directions.subarray(component * dimensions, (component + 1) * dimensions);
  return directionAlong(
    components.mean,
    { direction, deviation },
    { counts: [ids.length, 0], step, fingerprint },
  );
}

/** Returns the rows of both sets without their intersection, and its size. @throws RpcError if either is empty */
function rowsOf(latents: Latents, a: ImageSet, b: ImageSet): [Uint32Array, Uint32Array, number] {
  if ('rest' in a && 'rest' in b)
    throw new RpcError('bad-input', 'got all other images for both sets, expected them for one at most');
  const chosen = [a, b].map((set) => ('rest' in set ? null : membersOf(latents, set)));
  const other = chosen.find((members) => members !== null)!;
  const [first, second] = chosen.map((members) => members ?? other.map((one) => 1 - one));
  const rows: [number[], number[]] = [[], []];
  let inBoth = 0;
  latents.ids.forEach((_, row) => {
    if (first![row] === 1 && second![row] === 1) inBoth++;
    else if (first![row] === 1) rows[0].push(row);
    else if (second![row] === 1) rows[1].push(row);
  });
  rows.forEach((set, i) => {
    if (set.length > 0) return;
    const why = inBoth > 0 ? `all its images are in the other set, too` : 'no image of the map is in it';
    throw new RpcError('bad-input', `set ${'AB'[i]} is empty: ${why}`);
  });
  return [Uint32Array.from(rows[0]), Uint32Array.from(rows[1]), inBoth];
}

async function along(
  context: EngineContext,
  { around, start, vector, places }: Params<DirectionMethods, 'along'>,
  signal: AbortSignal,
): Promise<Along> {
  const { model, origin } = await context.scheduler.turn('interactive', async () => {
    const newest = modelOf(context);
    const { latent } = newest.config.model;
    for (const part of [start, vector]) {
      if (part.length === latent) continue;
      const text = `the direction has ${part.length} latent dimensions, this model ${latent}: make one with this run`;
      throw new RpcError('bad-input', text);
    }
    if (vector.every((value) => value === 0))
      throw new RpcError('bad-input', 'vector: got zeros, expected a direction with a length');
    checkCount(newest, places.length);
    const point = around === null ? new Float32Array(latent) : await latentPoint(newest, around);
    return { model: newest, origin: point };
  });
  const z = pointsAlong(origin, start, vector, places);
  const pictures = await decodeInTurns(context, model, z, signal);
  return { origin, place: placeAlong(origin, start, vector), z, pictures, step: model.step };
}

async function analogy(
  context: EngineContext,
  { a, b, c }: Params<DirectionMethods, 'analogy'>,
): Promise<Analogy> {
  const model = modelOf(context);
  const [from, to, other] = [
    await latentPoint(model, a),
    await latentPoint(model, b),
    await latentPoint(model, c),
  ];
  const { latent } = model.config.model;
  const z = new Float32Array(4 * latent);
  [from, to, other, analogyPoint(from, to, other)].forEach((point, i) => z.set(point, i * latent));
  return { z, pictures: await decodePictures(model, z, 4), step: model.step };
}
