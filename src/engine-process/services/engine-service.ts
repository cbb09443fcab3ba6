import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { imageOfPage, pageOfUri } from '../../domain/page-id';
import { PROTOCOL_VERSION } from '../../protocol/engine';
import type { EncodeFailure } from '../../protocol/engine';
import type { ImageCard } from '../../domain/pictures';
import { engineMethods } from '../../protocol/schemas/engine';
import { checked } from '../../protocol/schemas/method';
import { RpcError } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import { decodePictures } from '../../model/decode';
import { pathFrame } from '../../model/interpolate';
import type { Model } from '../../model/model';
import { AggregateCache } from './aggregate-cache';
import { classifierService } from './classifier-service';
import { cardOf } from './image-card';
import { DatasetImages } from './dataset-images';
import { modelOf } from '../ready-model';
import type { EngineContext } from '../context';
import { decoderWeights } from './decoder-weights';
import { directionService } from './direction-service';
import { evaluate } from './evaluate';
import { latentService } from './latent-service';
import { manifold } from './manifold';
import { MapColumns } from '../map/map-columns';
import { mapAnalysisService } from './map-analysis-service';
import { mapService } from './map-service';
import { PRODUCT_VERSION } from '../product';
import { sample } from './sample';
import { traverse } from './traverse';
import { imageAt } from './request-checks';
import type { EngineMethods } from '../../protocol/schemas/engine';

async function card(model: Model, uri: string): Promise<ImageCard> {
  const [file, page] = [basename(fileURLToPath(uri)), pageOfUri(uri)];
  const name = page === undefined ? file : imageOfPage(file, page);
  return { uri, name, ...(await cardOf(model, await imageAt(model, uri))) };
}

/** Implements the engine protocol on this process's model and scheduler. */
export function engineService(context: EngineContext): Handlers<EngineMethods> {
  const newest = new Map<string, number>();
  let order = 0;
  const aggregates = new AggregateCache(context);
  const images = new DatasetImages(context);
  const fields = new MapColumns(context);

  /** Runs the newest request of each view; older queued requests fail with `superseded`. */
  function latestWins<T>(view: string, work: (model: Model) => Promise<T>): Promise<T> {
    const own = ++order;
    newest.set(view, own);
    return context.scheduler.turn('interactive', () => {
      if (newest.get(view) !== own) throw new RpcError('superseded', 'a newer request came in');
      newest.delete(view);
      return work(modelOf(context));
    });
  }

  return checked(engineMethods, {
    hello: () => ({
      protocol: PROTOCOL_VERSION,
      product: PRODUCT_VERSION,
      mode: context.mode,
      pid: process.pid,
    }),
    status: () => context.runStatus.status,
    stop: () => context.stop(),
    pause: () => context.pause(),
    continueTraining: () => context.continueTraining(),
    metrics: ({ since }) => context.runStatus.rows.filter((row) => row.step > since),
    reconstructions: () => context.runStatus.reconstructions,
    async encode({ uris }, signal) {
      const cards: (ImageCard | EncodeFailure)[] = [];
      for (const uri of uris) {
        signal.throwIfAborted();
        cards.push(
          await context.scheduler.turn('interactive', () =>
            card(modelOf(context), uri).catch((error: Error) => {
              if (error instanceof RpcError && error.code === 'not-ready') throw error;
              return { uri, error: error.message };
            }),
          ),
        );
      }
      return cards;
    },
    decode: ({ view, z, count }) =>
      latestWins(view, async (model) => ({ ...(await decodePictures(model, z, count)), step: model.step })),
    decoderWeights: () => context.scheduler.turn('interactive', () => decoderWeights(context)),
    pathFrame: ({ view, from, to, t, spherical }) =>
      latestWins(view, (model) => pathFrame(model, from, to, t, spherical)),
    traverse: (params, signal) => traverse(context, aggregates, params, signal),
    manifold: (params, signal) => manifold(context, params, signal),
    sample: (params, signal) => sample(context, aggregates, params, signal),
    evaluate: (params, signal) => evaluate(context, params, signal),
    snapshots: () => context.snapshots.list(),
    timeImages: () => context.snapshots.images(),
    atSnapshot: (params, signal) => context.snapshots.at(params, signal),
    placesAtSnapshot: async (params, signal) =>
      context.snapshots.places(params, await context.latents.encoded(), signal),
    ...directionService(context),
    ...classifierService(context),
    ...mapService(context, images, fields),
    ...mapAnalysisService(context),
    ...latentService(context, aggregates, images, latestWins),
  });
}
