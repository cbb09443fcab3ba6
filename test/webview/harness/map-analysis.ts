import { decoded } from './latent';
import type { Handlers } from '../../../src/protocol/rpc';
import type { RelayedMethods } from '../../../src/protocol/schemas/panel';
import type { mapAnalysisMethods } from '../../../src/protocol/schemas/map-analysis';

const LATENT = 20;

/** Ranks and spreads by formulas; what else is computed from encodings is looked at on a real engine. */
export const mapAnalysisHandlers: Handlers<
  Pick<
    RelayedMethods,
    Exclude<keyof typeof mapAnalysisMethods, 'mapClusters' | 'mapPlane' | 'mapPosteriors'> | 'selectionSpread'
  >
> = {
  mapRanks: ({ ids }) => ({
    images: ids.map((id) => ({ id, elbo: -100, rank: 1234, of: 3000, below: 0.58 })),
    step: 24_000,
  }),
  selectionSpread: ({ of, components, steps }) => {
    const count = 'ids' in of ? of.ids.length : 300;
    const z = new Float32Array(components * steps.length * LATENT);
    for (let k = 0; k < components; k++)
      steps.forEach((step, i) => (z[(k * steps.length + i) * LATENT + k] = step / (k + 1)));
    return {
      images: count,
      mean: new Float32Array(LATENT),
      components: Array.from({ length: components }, (_, k) => ({
        share: 0.5 ** (k + 1),
        deviation: 1 / (k + 1),
        direction: {
          vector: Float32Array.from({ length: LATENT }, (_, d) => (d === k ? 2 / (k + 1) : 0)),
          start: Float32Array.from({ length: LATENT }, (_, d) => (d === k ? -1 / (k + 1) : 0)),
          ...{ counts: [count, 0], inBoth: 0, score: null, step: 24_000, fingerprint: 'f'.repeat(64) },
        },
      })),
      ...{ steps, z, pictures: decoded(z, LATENT), step: 24_000 },
    };
  },
};
