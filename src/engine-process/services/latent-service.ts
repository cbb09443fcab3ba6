import type { latentMethods } from '../../protocol/schemas/latent';
import type { MethodsOf } from '../../protocol/schemas/method';
import type { Handlers } from '../../protocol/rpc';
import type { Model } from '../../model/model';
import type { AggregateCache } from './aggregate-cache';
import type { DatasetImages } from './dataset-images';
import { modelOf } from '../ready-model';
import type { EngineContext } from '../context';
import { probe } from './probe';
import { nearImages } from './nearest-images';
import { grid, latentPath } from './path';
import { posteriorOf } from './waypoints';

type LatestWins = <T>(view: string, work: (model: Model) => Promise<T>) => Promise<T>;

/** Implements the methods for paths, grids, probes and neighbours in latent space. */
export function latentService(
  context: EngineContext,
  aggregates: AggregateCache,
  images: DatasetImages,
  latestWins: LatestWins,
): Handlers<MethodsOf<typeof latentMethods>> {
  const { latents } = context;
  return {
    path: (params, signal) => latentPath(context, aggregates, images, params, signal),
    grid: (params, signal) => grid(context, images, params, signal),
    async mapPoints({ places, ...axes }) {
      const set = await latents.encoded();
      const z = set.pointsAt(axes, places);
      return { z, count: z.length / set.latents.dimensions };
    },
    probe: async ({ view, place, nearest }, signal) =>
      'snapshot' in place
        ? context.snapshots.probe(place, await latents.encoded(), signal)
        : latestWins(view, (model) => probe(context, images, model, place, nearest)),
    async neighbours({ of, count }) {
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
