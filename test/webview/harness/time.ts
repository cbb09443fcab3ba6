import { RpcError } from '../../../src/protocol/rpc';
import type { Handlers } from '../../../src/protocol/rpc';
import type { RelayedMethods } from '../../../src/protocol/schemas/panel';
import type { MapHost } from './map-host';

type TimeMethods = Pick<RelayedMethods, 'snapshots' | 'timeImages' | 'atSnapshot' | 'placesAtSnapshot'>;

/** Scenarios with snapshots: how many images of the map are followed, as every n-th. */
const FOLLOWED: Readonly<Record<string, number>> = { 'map-time': 10, 'map-time-20000': 1 };
/** Steps of the snapshots: each 1.78 times the one before. */
const STEPS = [
  1, 2, 3, 6, 10, 18, 32, 56, 100, 178, 316, 562, 1000, 1778, 3162, 5623, 10_000, 17_783, 24_000,
];

const refuse = (): never => {
  throw new RpcError('not-found', 'there is no snapshot: the run keeps none');
};

/**
 * A run with snapshots where the scenario says so: the images have come from the middle of the map. Pictures and reconstructions of
 * snapshots are looked at on a real engine (test/panel/time-view.slow.test.ts).
 */
export function timeHandlers(
  scenario: string,
  map: MapHost,
  record: (method: string, params: unknown) => void,
): Handlers<TimeMethods> {
  const every = FOLLOWED[scenario];
  return {
    snapshots: () => ({ kept: every !== undefined, steps: every === undefined ? [] : STEPS, minibatch: 100 }),
    timeImages: refuse,
    atSnapshot: (params) => {
      record('atSnapshot', params);
      return refuse();
    },
    placesAtSnapshot: (params) => {
      record('placesAtSnapshot', params);
      if (every === undefined) return refuse();
      const { step, align, x, y } = params;
      const indices = Uint32Array.from({ length: Math.ceil(map.set!.count / every) }, (_, i) => i * every);
      const share = Math.log(step) / Math.log(24_000);
      const along = (column: typeof x): Float32Array =>
        Float32Array.from(indices, (index) => share * map.value(column, index));
      // Without a turn the latent space lies the other way round.
      return { indices, x: along(x).map((value) => (align ? value : -value)), y: along(y), aligned: align };
    },
  };
}
