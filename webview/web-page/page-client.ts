import { norms } from '../../src/latent/gaussian';
import { rowsOf } from '../../src/latent/rows';
import type { Neighbour } from '../../src/latent/nearest';
import { traversalPoints } from '../../src/latent/traversal-points';
import type { Pictures } from '../../src/domain/pictures';
import type { NearImages } from '../../src/protocol/latent';
import type { MapCard } from '../../src/protocol/map';
import { RpcError } from '../../src/protocol/rpc';
import type { Handlers, MethodName } from '../../src/protocol/rpc';
import type { ExplorerMethods } from '../../src/protocol/schemas/panel';
import type { ExplorerClient } from '../shared/explorer-client';
import { download } from './download';
import type { PageDecoder } from './page-decoder';
import type { PageData } from './page-data';
import type { PageMapData } from './page-map';
import type { PagePictures } from './page-pictures';
import type { PagePath } from './page-path';

/** What answers in a page without a host. */
export interface PageParts {
  readonly data: PageData;
  readonly decoder: PageDecoder;
  readonly pictures: PagePictures;
  /** Null without a map. */
  readonly map: PageMapData | null;
  readonly path: PagePath;
}

type Answers = Partial<Handlers<ExplorerMethods>>;

/** Answers what the views ask of a host, from what the page holds; all else is not ready and stays so. */
export function pageClient(parts: PageParts): ExplorerClient {
  const answers: Answers = {
    ...ofRun(parts),
    ...ofLatentSpace(parts),
    ...(parts.map && ofMap(parts, parts.map)),
  };
  const call = async (method: MethodName<ExplorerMethods>, params: unknown): Promise<unknown> => {
    const answer = answers[method] as ((params: unknown, signal: AbortSignal) => unknown) | undefined;
    if (answer === undefined) throw new RpcError('not-ready', `a page cannot answer '${method}'`);
    return await answer(params, new AbortController().signal);
  };
  return {
    call: call as ExplorerClient['call'],
    on: () => ({ dispose: () => undefined }),
    // Whoever closes the page ends it.
    closed: new Promise(() => undefined),
    dispose: () => undefined,
  };
}

function ofRun({ data, decoder }: PageParts): Answers {
  const { facts } = data;
  return {
    run: () => facts.run,
    metrics: ({ since }) => ({ rows: facts.rows.filter(({ step }) => step > since), isWhole: true }),
    cards: () => [],
    noteSelection: () => undefined,
    mapFocus: () => [],
    excludedImages: () => [],
    decoderWeights: () => decoder.weights,
    savePicture: ({ of, png }) => download(`${of}.png`, png, 'image/png'),
    // A page has nobody to ask: the video, if there is one.
    askFilmFormat: ({ formats }) => formats[0]!,
    saveFilm: ({ of, file: { format, bytes } }) =>
      download(`${of}.${format}`, bytes, format === 'gif' ? 'image/gif' : `video/${format}`),
  };
}

function ofLatentSpace({ data, decoder, map }: PageParts): Answers {
  const { step, model } = data.facts;
  return {
    decode: async ({ z, count }) => ({ ...(await decoder.decode(z, count)), step }),
    traverse: async ({ around, edits, dimensions, frames, quantilesOf }) => {
      const origin = around !== null && 'z' in around ? around.z : new Float32Array(model.latent);
      const gaussian = quantilesOf === 'aggregate' ? (map?.gaussian ?? null) : null;
      const points = traversalPoints(origin, edits, dimensions, frames, gaussian);
      const { centre, values, z } = points;
      return {
        ...{ origin, centre, values, step },
        picture: await decoder.decode(centre, 1),
        pictures: await decoder.decode(z, dimensions.length * frames),
      };
    },
  };
}

function ofMap(parts: PageParts, map: PageMapData): Answers {
  const { data, decoder, pictures, path } = parts;
  const { step } = data.facts;
  const { ids, count, tags } = map.map;
  const layout = { saved: map.map.layout, job: null, error: '' };
  return {
    map: () => ({ set: map.set, step, images: count, job: null, error: '', layout }),
    mapImages: ({ first, count: some }) => ({
      ids: ids.slice(first, first + some),
      labels: data.array('labels', 'int32')?.slice(first, first + some) ?? null,
      splits: data.required('splits', 'uint8').slice(first, first + some),
    }),
    mapColumn: ({ column, first, count: some }) => map.column(column).slice(first, first + some),
    mapFields: () => [],
    classifier: () => ({ classifier: null, classified: null, job: null, error: '' }),
    mapTags: () => tags,
    mapPlane: ({ x, y }) => map.plane(x, y),
    mapPictures: ({ ids: wanted }) => pictures.of(wanted),
    mapPosteriors: () => null,
    mapCards: ({ ids: wanted }) => Promise.all(wanted.map((id) => cardOf(parts, map, id))),
    probe: async ({ place, nearest }) => {
      const found = 'z' in place ? { z: place.z, nearest: null } : map.pointAt(place.x, place.y, place.at);
      if (found === null) throw new RpcError('bad-input', 'these axes have no points in latent space');
      const { z, nearest: onMap } = found;
      return {
        z,
        picture: await decoder.decode(z, 1),
        norm: norms(z, z.length)[0]!,
        density: map.densityAt(z),
        nearest: nearest === 0 ? null : await nearImages(parts, map, map.near(z, nearest)),
        standsFor: onMap && { id: ids[onMap.row]!, distance: onMap.distance },
        step,
      };
    },
    interpolateLine: ({ x, y, places }) => {
      const points = Array.from({ length: places.length / 2 }, (_, i) =>
        map.pointAt(x, y, [places[2 * i]!, places[2 * i + 1]!]),
      ).flatMap((found) => (found === null ? [] : [found.z]));
      if (points.length < 2) throw new RpcError('bad-input', 'the line is too short for a path');
      path.through(points);
    },
  };
}

/** Returns the card of an image: what the page does not hold of it is not a number, or a picture without pixels. */
async function cardOf(
  { data, decoder, pictures }: PageParts,
  map: PageMapData,
  id: string,
): Promise<MapCard> {
  const index = map.indexOf(id);
  if (index < 0) throw new RpcError('not-found', `the page has no image ${id}`);
  const mean = map.meanOf(index);
  const { elbo, kl } = map.boundOf(index);
  const { step, width, height, channels } = data.facts;
  const none: Pictures = { width, height, channels, count: 0, bytes: new Uint8Array(0) };
  return {
    ...{ id, uri: null, name: id, elbo, kl, reconstruction: elbo + kl, mean, step },
    original: pictures.has(id) ? pictures.of([id]) : none,
    reconstructed: await decoder.decode(mean, 1).catch(() => none),
    standardDeviation: new Float32Array(mean.length).fill(NaN),
    klPerDimension: new Float32Array(mean.length).fill(NaN),
  };
}

/** Describes images near a point, with their own pictures if the page holds all of them, else with their reconstructions. */
export async function nearImages(
  { data, decoder, pictures }: PageParts,
  map: PageMapData,
  near: readonly Neighbour[],
): Promise<NearImages> {
  const ids = near.map(({ row }) => map.map.ids[row]!);
  const areHeld = ids.every((id) => pictures.has(id));
  const z = rowsOf(
    map.mean,
    map.dimensions,
    near.map(({ row }) => row),
  );
  return {
    ids,
    uris: ids.map(() => null),
    distances: Float32Array.from(near, ({ distance }) => distance),
    pictures: areHeld ? pictures.of(ids) : await decoder.decode(z, ids.length).catch(() => null),
    areReconstructions: !areHeld,
    step: data.facts.step,
  };
}
