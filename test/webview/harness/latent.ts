import type { Traversals } from '../../../src/protocol/engine';
import type { NearImages } from '../../../src/protocol/latent';
import type { ExplorerMethods } from '../../../src/protocol/schemas/panel';
import type { PathEnd } from '../../../src/protocol/schemas/values';
import type { Pictures } from '../../../src/domain/pictures';
import type { Handlers } from '../../../src/protocol/rpc';
import { normalQuantiles } from '../../../src/latent/normal';
import { planeGrid, planeThrough } from '../../../src/latent/plane';
import { quantileGrid } from '../../../src/latent/quantile-grid';
import { edited, traversal } from '../../../src/latent/traversal';
import { glyphs, imageCard, wobble } from './shapes';

const LATENT = 20;

/** Two dimensions bend the glyph a lot and the others less and less, as their KL says. */
export function decoded(z: Float32Array, latent: number): Pictures {
  const points = Array.from({ length: z.length / latent }, (_, i) => {
    const point = z.subarray(i * latent, (i + 1) * latent);
    let [a, b] = [0, 0];
    point.forEach((value, d) => {
      if (d % 2 === 0) a += (1.4 * value) / (1 + d);
      else b += (1.4 * value) / d;
    });
    return [a, b] as const;
  });
  return glyphs(points, 1, 0.07);
}

/** The images of the made-up map whose numbers come first. */
function near(count: number): NearImages {
  const ids = Array.from(
    { length: count },
    (_, i) => `${(i + 1) % 10}/${String(i + 1).padStart(5, '0')}.png`,
  );
  return {
    ids,
    uris: ids.map((id) => `file:///data/${id}`),
    distances: Float32Array.from(ids, (_, i) => 0.3 * (i + 1)),
    pictures: glyphs(
      ids.map((_, i) => [wobble(i + 1), wobble(i + 8)] as const),
      1,
      0,
    ),
    step: 24_000,
  };
}

const pointOf = (end: PathEnd): Float32Array =>
  'z' in end ? end.z : imageCard(end.uri, end.uri.length, LATENT).mean;

type LatentMethods = Pick<
  Handlers<ExplorerMethods>,
  | 'traverse'
  | 'decode'
  | 'manifold'
  | 'sample'
  | 'savePicture'
  | 'askFilmFormat'
  | 'saveFilm'
  | 'probe'
  | 'neighbours'
  | 'interpolateImages'
  | 'interpolateLine'
>;

/** What an engine answers of latent space, by formulas. */
export function latentHandlers(
  step: () => number,
  record: (method: string, params: unknown) => void,
  most: { now: number; outstanding: number },
  isEncoded: () => boolean,
): LatentMethods {
  return {
    traverse: (params): Traversals => {
      record('traverse', params);
      const { around, edits, dimensions, frames } = params;
      const origin = around === null ? new Float32Array(LATENT) : pointOf(around);
      const centre = edited(origin, edits);
      const spread = params.quantilesOf === 'prior' ? 1 : 1.5;
      const quantiles = normalQuantiles(frames).map((value) => value * spread);
      const z = dimensions.map((d) => decoded(traversal(centre, d, quantiles), LATENT).bytes);
      const bytes = new Uint8Array(z.reduce((sum, part) => sum + part.length, 0));
      z.forEach((part, i) => bytes.set(part, i * part.length));
      const picture = decoded(centre, LATENT);
      const values = new Float32Array(dimensions.length * frames);
      dimensions.forEach((_, i) => values.set(quantiles, i * frames));
      const pictures = { ...picture, count: dimensions.length * frames, bytes };
      return { origin, centre, picture, values, pictures, step: step() };
    },
    manifold: (params) => {
      record('manifold', params);
      const { surface, side } = params;
      const [a, b, c] = 'through' in surface ? surface.through : [];
      const plane = a && b && c && planeThrough([pointOf(a), pointOf(b), pointOf(c)]);
      const dimensions = 'dimensions' in surface ? surface.dimensions : ([0, 1] as const);
      const z = plane ? planeGrid(plane, side) : quantileGrid(LATENT, side, dimensions);
      const marks = plane ? plane.marks : new Float32Array(0);
      return { z, pictures: decoded(z, LATENT), marks, step: step() };
    },
    sample: (params) => {
      record('sample', params);
      const { from, count, seed } = params;
      const scale = from === 'prior' ? 1.6 : 0.9;
      const z = Float32Array.from({ length: count * LATENT }, (_, i) => scale * wobble(seed * 7919 + i));
      return { z, pictures: decoded(z, LATENT), step: step(), fittedOn: from === 'prior' ? null : 2000 };
    },
    probe: async ({ place, nearest }) => {
      record('probe', 'at' in place ? { ...place, nearest } : { z: Array.from(place.z), nearest });
      most.outstanding = Math.max(most.outstanding, ++most.now);
      await new Promise((resolve) => setTimeout(resolve, 20));
      most.now--;
      const z = 'z' in place ? place.z : new Float32Array(LATENT);
      if ('at' in place) z.set(place.at);
      if ('snapshot' in place) {
        const picture = decoded(z, LATENT);
        const { step: then } = place.snapshot;
        return { z, picture, norm: 1, density: null, nearest: null, standsFor: null, step: then };
      }
      return {
        z,
        picture: decoded(z, LATENT),
        norm: Math.hypot(...z),
        density: !isEncoded() ? null : { value: -20 - Math.hypot(...z) ** 2, rank: 0.42, images: 3000 },
        nearest: isEncoded() ? near(nearest) : null,
        standsFor: 'at' in place && place.x === 'umap:0' ? { id: '7/00017.png', distance: 0.25 } : null,
        step: step(),
      };
    },
    neighbours: (params) => {
      record('neighbours', params);
      return near(params.count);
    },
    interpolateImages: (params) => record('interpolateImages', params),
    interpolateLine: ({ places, ...params }) =>
      record('interpolateLine', { ...params, places: Array.from(places) }),
    savePicture: ({ of, png }) => {
      record('savePicture', { of, png: Array.from(png.subarray(0, 24)) });
      return true;
    },
    askFilmFormat: ({ formats }) => {
      record('askFilmFormat', { formats });
      return (globalThis as { takesVideo?: true }).takesVideo ? formats[0]! : 'gif';
    },
    saveFilm: ({ of, file: { format, bytes } }) => {
      record('saveFilm', { of, format, bytes: Array.from(bytes) });
      return true;
    },
    decode: ({ z }) => {
      record('decode', { z: Array.from(z) });
      return decoded(z, z.length);
    },
  };
}
