/** Engine methods for a run's history: its snapshots applied to the same images and latent points. */
import * as z from 'zod';
import type { SnapshotList, SnapshotPlaces, SnapshotView, TimeImages } from '../time';
import { method } from './method';
import type { ReadonlyDeep } from './method';
import { gridSide, mapAxes, priorDraws, snapshotOnMap } from './values';

/** Points decoded at each step, with the same z every time: a grid over the first two dimensions, or prior draws. */
const timePoints = z.union([z.strictObject({ side: gridSide }), priorDraws]);
export type TimePoints = ReadonlyDeep<z.output<typeof timePoints>>;

const snapshotRequest = z.strictObject({ step: snapshotOnMap.shape.step, points: timePoints });
export type SnapshotRequest = ReadonlyDeep<z.output<typeof snapshotRequest>>;

const placesRequest = mapAxes.extend(snapshotOnMap.shape);
export type PlacesRequest = ReadonlyDeep<z.output<typeof placesRequest>>;

export const timeMethods = {
  snapshots: method().returns<SnapshotList>(),
  /** @throws if the dataset cannot be read */
  timeImages: method().returns<TimeImages>(),
  /** Uses a separate session, so training waits for turns of about 100 ms at most. @throws `not-found` for an unknown step */
  atSnapshot: method(snapshotRequest).returns<SnapshotView>(),
  /**
   * Places the tracked images on two axes of the map, by their posterior means under the weights of a step. Uses the same session.
   * Can be cancelled. @throws `not-found` for an unknown step, `bad-input` for axes that are not both coordinates of latent space
   */
  placesAtSnapshot: method(placesRequest).returns<SnapshotPlaces>(),
};
