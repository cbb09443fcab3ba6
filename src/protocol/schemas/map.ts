/** Engine methods for the map of all images of a run's dataset. Bulk data is sent in pieces, as typed arrays. */
import * as z from 'zod';
import type { Pictures } from '../../domain/pictures';
import { MAX_CLASS_COLUMNS } from '../classifier';
import { MAX_MAP_CARDS, MAX_MAP_PICTURES, MAX_NEAR_PAIRS } from '../map';
import type { MapCard, MapField, MapImages, MapState, NearPair } from '../map';
import { method } from './method';
import { givenName, imageId, layoutParameters, mapColumn, mapKey, mapPiece } from './values';

export const mapMethods = {
  map: method().returns<MapState>(),
  /** Starts encoding all images in the background and returns at once; a no-op if it is running already. */
  encodeAll: method().returns<MapState>(),
  /** Cancels a running encoding; the previous one stays. */
  cancelEncodeAll: method().returns<void>(),
  /**
   * Starts a layout of the encoded images in the background and returns at once. Cancels a running one with other parameters.
   * @throws `bad-input` for parameters invalid for these images, `not-ready` if the images are not encoded
   */
  startLayout: method(layoutParameters).returns<MapState>(),
  /** Cancels a running layout; the previous one stays. */
  cancelLayout: method().returns<void>(),
  mapImages: method(mapPiece).returns<MapImages>(),
  mapColumn: method(mapPiece.extend({ column: mapColumn })).returns<Float32Array>(),
  /**
   * Lists the further columns of the images. Of a classifier of many classes those of the most frequent ones are among them, and those of
   * the classes whose names are given.
   */
  mapFields: method({
    key: mapKey,
    classes: z.array(givenName).max(MAX_CLASS_COLUMNS).optional(),
  }).returns<readonly MapField[]>(),
  /** Returns the values of a numeric column, NaN for none, or indices into `names` of a text column, -1 for none. */
  mapField: method(mapPiece.extend({ name: givenName.min(1) })).returns<Float64Array>(),
  /** Encodes images with the current weights, in the order of `ids`. @throws `not-found` for an unknown id */
  mapCards: method({ ids: z.array(imageId).max(MAX_MAP_CARDS) }).returns<readonly MapCard[]>(),
  /** Finds the `count` closest pairs of images, closest first. Can be cancelled. */
  mapNearPairs: method({ key: mapKey, count: z.int().min(1).max(MAX_NEAR_PAIRS) }).returns<
    readonly NearPair[]
  >(),
  /** Returns the images, in the model's shape. */
  mapPictures: method({ ids: z.array(imageId).max(MAX_MAP_PICTURES) }).returns<Pictures>(),
};
