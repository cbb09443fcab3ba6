/** Methods of the comparison panel; the extension host answers them. Runs are identified by the URIs of their folders. */
import * as z from 'zod';
import type { MetricRow } from '../../domain/metrics';
import { MAX_COMPARED_IMAGES } from '../compare';
import type { CompareView, ComparedImage } from '../compare';
import type { EncodeFailure } from '../engine';
import type { DecodedPoints } from '../points';
import type { TimeImages } from '../time';
import { method } from './method';
import type { MethodsOf, ReadonlyDeep } from './method';
import { dimensionPair, imageId, localFileUri, seed } from './values';

/** Maximum side of the grid, and maximum prior draws, of each run. */
const MAX_SIDE = 50;
const MAX_DRAWS = 400;

const run = localFileUri;

/** Points decoded by each run: a grid over two latent dimensions, or prior draws. Runs with equal Nz get the same z. */
const comparedPoints = z.union([
  z.strictObject({ dimensions: dimensionPair, side: z.int().min(2).max(MAX_SIDE) }),
  z.strictObject({ count: z.int().min(1).max(MAX_DRAWS), seed }),
]);
export type ComparedPoints = ReadonlyDeep<z.output<typeof comparedPoints>>;

export const compareMethods = {
  /** Null if no runs have been chosen. */
  comparison: method().returns<CompareView | null>(),
  /** Returns the run's metric rows, thinned for plotting. */
  curve: method({ run }).returns<readonly MetricRow[]>(),
  /** Returns images of the first run's dataset. */
  images: method().returns<TimeImages>(),
  /** Returns images of the first run's dataset, encoded by `run`, in the order of `ids`. */
  cards: method({ run, ids: z.array(imageId).min(1).max(MAX_COMPARED_IMAGES) }).returns<
    readonly (ComparedImage | EncodeFailure)[]
  >(),
  decoded: method({ run, points: comparedPoints }).returns<DecodedPoints>(),
  /** Shows one of the runs in the explorer panel. */
  openRun: method({ run }).returns<void>(),
  /** Asks the user which runs to compare, like the command. */
  pick: method().returns<void>(),
};
export type CompareMethods = MethodsOf<typeof compareMethods>;
