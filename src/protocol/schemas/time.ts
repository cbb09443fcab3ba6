/** Engine methods for a run's history: its snapshots applied to the same images and latent points. */
import * as z from 'zod';
import type { MapColumn } from '../map';
import type { SnapshotList, SnapshotView, TimeImages } from '../time';
import { method } from './method';
import type { ReadonlyDeep } from './method';
import { gridSide, priorDraws } from './values';

const AXIS = /^(mean|pc):\d{1,4}$/;
/** `pc:1` or `mean:3`: components and dimensions of the newest snapshot. */
const axis = z.custom<MapColumn>(
  (value) => typeof value === 'string' && AXIS.test(value),
  'expected mean:0, pc:0 or the like',
);

/** Points decoded at each step, with the same z every time: a grid over the first two dimensions, or prior draws. */
const timePoints = z.union([z.strictObject({ side: gridSide }), priorDraws]);
export type TimePoints = ReadonlyDeep<z.output<typeof timePoints>>;

const snapshotRequest = z.strictObject({
  step: z.int().min(1),
  axes: z.tuple([axis, axis]),
  /** Whether to rotate (or mirror) each step's means about the origin to lie nearest to those of the newest snapshot. */
  align: z.boolean(),
  points: timePoints,
});
export type SnapshotRequest = ReadonlyDeep<z.output<typeof snapshotRequest>>;

export const timeMethods = {
  snapshots: method().returns<SnapshotList>(),
  /** @throws if the dataset cannot be read */
  timeImages: method().returns<TimeImages>(),
  /** Uses a separate session, so training waits for turns of about 100 ms at most. @throws `not-found` for an unknown step */
  atSnapshot: method(snapshotRequest).returns<SnapshotView>(),
};
