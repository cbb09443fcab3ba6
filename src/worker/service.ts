import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadImage } from '../data/encoded';
import { PROTOCOL_VERSION } from '../protocol/engine';
import type { EncodeFailure, EngineMethods, PathEnd } from '../protocol/engine';
import type { ImageCard, Pictures } from '../protocol/pictures';
import { RpcError } from '../protocol/rpc';
import type { Handlers } from '../protocol/rpc';
import { decodePictures } from '../train/decode';
import { interpolate, pathFrame } from '../train/interpolate';
import type { Model } from '../train/model';
import { cardOf } from './card';
import { modelOf } from './desk';
import type { Desk } from './desk';
import { evaluate } from './evaluate';
import { mapService } from './mapService';
import { PRODUCT } from './product';

/** Most images of one encode call, points of one decode call. */
const MAX_IMAGES = 1000;

function pathOf(uri: string): string {
  if (!uri.startsWith('file:')) throw new RpcError('bad-input', `got '${uri}', expected a file: URI`);
  return fileURLToPath(uri);
}

async function card(model: Model, uri: string): Promise<ImageCard> {
  const path = pathOf(uri);
  return { uri, name: basename(path), ...(await cardOf(model, await loadImage(path, model.shape))) };
}

async function latentPoint(model: Model, end: PathEnd): Promise<Float32Array> {
  const { latent } = model.config.model;
  const z = 'z' in end ? end.z : (await card(model, end.uri)).mean;
  if (z.length !== latent) throw new RpcError('bad-input', `got ${z.length} coordinates, expected ${latent}`);
  return z;
}

/** The methods of the protocol, over the model and the scheduler of this process. */
export function engineService(desk: Desk): Handlers<EngineMethods> {
  const newest = new Map<string, number>();
  let order = 0;

  /** Runs the newest request of each view; older ones that still wait fail as `superseded`. */
  function latestWins(view: string, work: (model: Model) => Promise<Pictures>): Promise<Pictures> {
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
        const pictures = await interpolate(model, ends.from, ends.to, frames);
        return { ...ends, ...pictures, step: model.step };
      }),
    evaluate: (params, signal) => evaluate(desk, params, signal),
    ...mapService(desk),
  };
}
