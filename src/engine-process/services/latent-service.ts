import { MAX_NEIGHBOURS } from '../../protocol/latent';
import type { EngineLatentMethods } from '../../protocol/latent';
import { RpcError } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import type { Model } from '../../model/model';
import type { AggregateCache } from './aggregate-cache';
import type { DatasetImages } from './dataset-images';
import { modelOf } from '../context';
import type { EngineContext } from '../context';
import { probe } from './probe';
import { nearImages } from './nearest-images';
import { grid, latentPath } from './path';
import { posteriorOf } from './waypoints';
import { checkWhole } from './request-checks';

/** Maximum map positions per request. */
const MAX_PLACES = 10_000;

type LatestWins = <T>(view: string, work: (model: Model) => Promise<T>) => Promise<T>;

/** Implements the methods for paths, grids, probes and neighbours in latent space. */
export function latentService(
  context: EngineContext,
  aggregates: AggregateCache,
  images: DatasetImages,
  latestWins: LatestWins,
): Handlers<EngineLatentMethods> {
  const { latents } = context;
  return {
    path: (params, signal) => latentPath(context, aggregates, images, params, signal),
    grid: (params, signal) => grid(context, images, params, signal),
    async mapPoints({ places, ...axes }) {
      if (places.length % 2 !== 0 || places.length > 2 * MAX_PLACES || !places.every(Number.isFinite))
        throw new RpcError('bad-input', `places: expected x and y of at most ${MAX_PLACES} points`);
      const set = await latents.encoded();
      const z = set.pointsAt(axes, places);
      return { z, count: z.length / set.latents.dimensions };
    },
    look: ({ view, place, nearest }) => {
      checkWhole('nearest', nearest, 0, MAX_NEIGHBOURS);
      return latestWins(view, (model) => probe(context, images, model, place, nearest));
    },
    async neighbours({ of, count }) {
      checkWhole('count', count, 1, MAX_NEIGHBOURS);
      const set = await latents.maybe();
      if (set === null) return null;
      await images.ready();
      const { id, ...posterior } = await context.scheduler.turn('interactive', () =>
        posteriorOf(images, set, modelOf(context), of),
      );
      return nearImages(set, images, set.nearPosterior(posterior, count, id));
    },
  };
}
