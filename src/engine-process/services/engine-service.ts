import { basename } from 'node:path';
import { PROTOCOL_VERSION } from '../../protocol/engine';
import type { EncodeFailure, EngineMethods } from '../../protocol/engine';
import type { ImageCard } from '../../domain/pictures';
import { RpcError } from '../../protocol/rpc';
import type { Handlers } from '../../protocol/rpc';
import { decodePictures } from '../../model/decode';
import { interpolate, pathFrame } from '../../model/interpolate';
import type { Model } from '../../model/model';
import { Aggregates } from './aggregate-cache';
import { cardOf } from './image-card';
import { DatasetImages } from './dataset-images';
import { modelOf } from '../context';
import type { Desk } from '../context';
import { directionService } from './direction-service';
import { evaluate } from './evaluate';
import { latentService } from './latent-service';
import { manifold } from './manifold';
import { mapService } from './map-service';
import { PRODUCT } from '../product';
import { sample } from './sample';
import { traverse } from './traverse';
import { imageAt, latentPoint, pathOf } from './request-checks';

/** Most images of one encode call, points of one decode call. */
const MAX_IMAGES = 1000;

async function card(model: Model, uri: string): Promise<ImageCard> {
  return { uri, name: basename(pathOf(uri)), ...(await cardOf(model, await imageAt(model, uri))) };
}

/** The methods of the protocol, over the model and the scheduler of this process. */
export function engineService(desk: Desk): Handlers<EngineMethods> {
  const newest = new Map<string, number>();
  let order = 0;
  const aggregates = new Aggregates(desk);
  const images = new DatasetImages(desk);

  /** Runs the newest request of each view; older ones that still wait fail as `superseded`. */
  function latestWins<T>(view: string, work: (model: Model) => Promise<T>): Promise<T> {
    const own = ++order;
    newest.set(view, own);
    return desk.scheduler.turn('interactive', () => {
      if (newest.get(view) !== own) throw new RpcError('superseded', 'a newer request came in');
      newest.delete(view);
      return work(modelOf(desk));
    });
  }

  return {
    hello: () => ({ protocol: PROTOCOL_VERSION, product: PRODUCT, mode: desk.mode, pid: process.pid }),
    status: () => desk.board.status,
    stop: () => desk.stop(),
    pause: () => desk.pause(),
    continueTraining: () => desk.continueTraining(),
    metrics: ({ since }) => desk.board.rows.filter((row) => row.step > since),
    reconstructions: () => desk.board.reconstructions,
    async encode({ uris }, signal) {
      if (uris.length > MAX_IMAGES) {
        throw new RpcError('bad-input', `got ${uris.length} images, expected at most ${MAX_IMAGES}`);
      }
      const cards: (ImageCard | EncodeFailure)[] = [];
      for (const uri of uris) {
        signal.throwIfAborted();
        cards.push(
          await desk.scheduler.turn('interactive', () =>
            card(modelOf(desk), uri).catch((error: Error) => {
              if (error instanceof RpcError && error.code === 'not-ready') throw error;
              return { uri, error: error.message };
            }),
          ),
        );
      }
      return cards;
    },
    decode: ({ view, z, count }) => latestWins(view, (model) => decodePictures(model, z, count)),
    pathFrame: ({ view, from, to, t, spherical }) =>
      latestWins(view, (model) => pathFrame(model, from, to, t, spherical)),
    interpolate: ({ from, to, frames }) =>
      desk.scheduler.turn('interactive', async () => {
        const model = modelOf(desk);
        const ends = { from: await latentPoint(model, from), to: await latentPoint(model, to) };
        const { linear, spherical } = await interpolate(model, [ends.from, ends.to], frames);
        return { ...ends, linear, spherical, step: model.step };
      }),
    traverse: (params, signal) => traverse(desk, aggregates, params, signal),
    manifold: (params, signal) => manifold(desk, params, signal),
    sample: (params, signal) => sample(desk, aggregates, params, signal),
    evaluate: (params, signal) => evaluate(desk, params, signal),
    snapshots: () => desk.snapshots.list(),
    timeImages: () => desk.snapshots.images(),
    atSnapshot: (params, signal) => desk.snapshots.at(params, signal),
    ...directionService(desk),
    ...mapService(desk, images),
    ...latentService(desk, aggregates, images, latestWins),
  };
}
