import { setImmediate as turn } from 'node:timers/promises';
import { logDensities } from '../../latent/aggregate';
import { bilinear, cornersOf } from '../../latent/bilinear';
import type { Corners } from '../../latent/bilinear';
import { priorLogDensities } from '../../latent/gaussian';
import type { Neighbour } from '../../latent/nearest';
import type { LatentGrid, LatentPath, PathTrack, UsualDensity } from '../../protocol/latent';
import type { Pictures } from '../../domain/pictures';
import type { EngineMethods } from '../../protocol/schemas/engine';
import { RpcError } from '../../protocol/rpc';
import type { Params } from '../../protocol/rpc';
import type { FittedAggregate } from '../../model/aggregate-posterior';
import { decodeAlone } from '../../model/decode';
import { pathPoints } from '../../model/interpolate';
import type { Model } from '../../model/model';
import type { AggregateCache } from './aggregate-cache';
import type { DatasetImages } from './dataset-images';
import { modelOf } from '../ready-model';
import type { EngineContext } from '../context';
import { nearImages } from './nearest-images';
import { decodeInTurns } from './decode-in-turns';
import { pointOf } from './waypoints';
import { checkCount } from './request-checks';

type PathRequest = Params<EngineMethods, 'path'>;
type GridRequest = Params<EngineMethods, 'grid'>;

/** Resolves waypoints to latent points, encoding images with this model's weights. */
async function pointsOf(
  context: EngineContext,
  images: DatasetImages,
  model: Model,
  waypoints: PathRequest['waypoints'],
): Promise<Float32Array[]> {
  const points: Float32Array[] = [];
  for (const waypoint of waypoints)
    points.push(await context.scheduler.turn('evaluation', () => pointOf(images, model, waypoint)));
  return points;
}

/** Decodes points with the weights of one step. Decodes those in `alone` separately, to the same bytes as on an image's card. */
async function decoded(
  context: EngineContext,
  model: Model,
  z: Float32Array,
  alone: Iterable<number>,
  signal: AbortSignal,
): Promise<Pictures> {
  const pictures = await decodeInTurns(context, model, z, signal);
  return context.scheduler.turn('evaluation', () => decodeAlone(model, pictures, z, alone));
}

/** Returns the model, with its aggregate posterior if it can be fitted: paths work without the dataset and densities. */
async function newest(
  aggregates: AggregateCache,
  signal: AbortSignal,
): Promise<{ readonly model: Model; readonly fitted: FittedAggregate | null }> {
  try {
    return await aggregates.newest('aggregate', signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RpcError) throw error;
    return aggregates.newest('prior', signal);
  }
}

/** Computes the linear and spherical path, with the weights of one step. @throws RpcError for an invalid request */
export async function latentPath(
  context: EngineContext,
  aggregates: AggregateCache,
  images: DatasetImages,
  { waypoints, frames }: PathRequest,
  signal: AbortSignal,
): Promise<LatentPath> {
  if (frames < waypoints.length)
    throw new RpcError(
      'bad-input',
      `frames: got ${frames}, expected one for each of ${waypoints.length} waypoints`,
    );
  // Reading the dataset may take a while, so it comes before choosing the weights.
  await images.ready();
  const { model, fitted } = await newest(aggregates, signal);
  checkCount(model, 2 * frames);
  const { latent } = model.config.model;
  const ends = await pointsOf(context, images, model, waypoints);
  const points = pathPoints(ends, frames);
  const set = await context.latents.maybe();
  const track = async (z: Float32Array): Promise<PathTrack> => {
    const pictures = await decoded(context, model, z, points.at, signal);
    const near: Neighbour[] = [];
    for (let frame = 0; set !== null && frame < frames; frame++) {
      signal.throwIfAborted();
      near.push(...set.near(z.subarray(frame * latent, (frame + 1) * latent), 1));
      await turn();
    }
    return {
      z,
      pictures,
      priorDensity: priorLogDensities(z, latent),
      density: fitted && logDensities(fitted.gaussian, z),
      nearest: set && (await nearImages(set, images, near)),
    };
  };
  return {
    waypoints: Float32Array.from(ends.flatMap((end) => [...end])),
    at: points.at,
    linear: await track(points.linear),
    spherical: await track(points.spherical),
    aggregate: fitted && usual(fitted),
    step: model.step,
  };
}

function usual({ densities, images }: FittedAggregate): UsualDensity {
  const quantile = (part: number): number => densities[Math.round(part * (densities.length - 1))]!;
  return { images, quantiles: [quantile(0.05), quantile(0.5), quantile(0.95)] };
}

/** Interpolates bilinearly between four corners, with the weights of one step. @throws RpcError for an invalid request */
export async function grid(
  context: EngineContext,
  images: DatasetImages,
  { corners, side }: GridRequest,
  signal: AbortSignal,
): Promise<LatentGrid> {
  if (corners.some((corner) => 'id' in corner)) await images.ready();
  const model = await context.scheduler.turn('evaluation', () => modelOf(context));
  checkCount(model, side * side);
  const points = await pointsOf(context, images, model, corners);
  const z = bilinear(points as unknown as Corners<Float32Array>, side);
  return { z, side, pictures: await decoded(context, model, z, cornersOf(side), signal), step: model.step };
}
