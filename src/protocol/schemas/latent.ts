/** Engine methods for paths through latent space and probes of its points. Distances are Euclidean, in latent space. */
import * as z from 'zod';
import { MAX_NEIGHBOURS, MAX_PATH_FRAMES, MAX_WAYPOINTS } from '../latent';
import type { LatentGrid, LatentPath, MapPoints, NearImages, Probe } from '../latent';
import { method } from './method';
import type { ReadonlyDeep } from './method';
import { floats, imageId, latentPoint, mapAxes, snapshotOnMap, viewName, waypoint } from './values';

/** Maximum positions on the map per request. */
const MAX_PLACES = 10_000;
/** Maximum side of a grid between four corners. */
const MAX_CORNER_GRID_SIDE = 32;

/** Maximum distance off the plane of the map, in lengths of what leads to the image. */
const MAX_OFF_PLANE = 10;

/**
 * How far to go from the plane that the map shows towards images beside it: 0 is the plane, 1 the image itself, if the position is
 * its own. The images are one by its id, or the mean of those `nearest` to the position on the map.
 */
const offPlane = z.strictObject({
  towards: z.union([
    z.strictObject({ id: imageId }),
    z.strictObject({ nearest: z.int().min(1).max(MAX_NEIGHBOURS) }),
  ]),
  t: z.number().min(-MAX_OFF_PLANE).max(MAX_OFF_PLANE),
});
export type OffPlaneRequest = ReadonlyDeep<z.output<typeof offPlane>>;

const position = z.tuple([z.number(), z.number()]);

/** A position on the map that shows an earlier step. */
const placeThen = mapAxes.extend({ at: position, snapshot: snapshotOnMap });
export type PlaceThen = ReadonlyDeep<z.output<typeof placeThen>>;

/** A latent point, given by its coordinates or by its position on the map. */
const latentPlace = z.union([
  z.strictObject({ z: latentPoint }),
  mapAxes.extend({ at: position, off: offPlane.optional() }),
  placeThen,
]);
export type LatentPlace = ReadonlyDeep<z.output<typeof latentPlace>>;

/** x and y of each position. */
export const mapPlaces = floats(2 * MAX_PLACES).refine(
  (values) => values.length % 2 === 0,
  'expected x and y of each position',
);

export const latentMethods = {
  /** Computes the linear and spherical path through waypoints, with the densities and nearest image of each frame. */
  path: method({
    waypoints: z.array(waypoint).min(2).max(MAX_WAYPOINTS),
    frames: z.int().min(2).max(MAX_PATH_FRAMES),
  }).returns<LatentPath>(),
  /** Interpolates bilinearly between four corners. */
  grid: method({
    corners: z.tuple([waypoint, waypoint, waypoint, waypoint]),
    side: z.int().min(2).max(MAX_CORNER_GRID_SIDE),
  }).returns<LatentGrid>(),
  /**
   * Maps positions on the map to latent points: of all points at a position, the one nearest to the mean of all encoded
   * images. A UMAP layout cannot be inverted: there it returns the posterior mean of the nearest image on the map, without
   * consecutive repeats.
   */
  mapPoints: method(mapAxes.extend({ places: mapPlaces })).returns<MapPoints>(),
  /**
   * Decodes a point and finds its density and nearest images. A position on the map is the point of `mapPoints`; with `off` it may
   * also lie beside the plane, and on a UMAP layout it starts at a mean of the images around it instead of at the nearest image.
   * With `snapshot` the point is that of the step's own latent space, decoded by its weights; density and nearest images are null.
   * Latest wins within a `view`, but for snapshots. @throws `not-found` for an unknown step
   */
  probe: method({
    view: viewName,
    place: latentPlace,
    nearest: z.int().min(0).max(MAX_NEIGHBOURS),
  }).returns<Probe>(),
  /**
   * Finds the images whose posteriors are nearest to that of an image, by 2-Wasserstein distance between the Gaussians,
   * without the image itself. Null if the images are not encoded.
   */
  neighbours: method({
    of: waypoint,
    count: z.int().min(1).max(MAX_NEIGHBOURS),
  }).returns<NearImages | null>(),
};
