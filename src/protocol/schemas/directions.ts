/** Engine methods for latent directions: from one set of images to another, or along a principal component. */
import * as z from 'zod';
import type { Direction, DirectionRequest, ImageSet } from '../../domain/direction';
import type { Along, Analogy, SelectionSpread } from '../directions';
import { method } from './method';
import { dimension, floats, givenName, imageIds, latentPoint, pathEnd, seed } from './values';

/** Maximum components and steps of a selection's spread. */
const MAX_SPREAD_COMPONENTS = 16;
const MAX_SPREAD_STEPS = 21;
/** Maximum places along a direction per request. */
const MAX_PLACES_ALONG = 101;

const imageSet = z.union([
  z.strictObject({ label: givenName }),
  z.strictObject({ ids: imageIds }),
  z.strictObject({ rest: z.literal(true) }),
]) satisfies z.ZodType<ImageSet>;

const directionRequest = z.union([
  z.strictObject({ a: imageSet, b: imageSet, seed }),
  z.strictObject({ component: dimension }),
]) satisfies z.ZodType<DirectionRequest>;

/** Images with a label, or by their ids. */
const someImages = z.union([imageSet.options[0], imageSet.options[1]]);

const isAtLeastOne = (values: Float32Array): boolean => values.length > 0;

export const directionMethods = {
  /** Computes a direction from the encoded images of the map. @throws `not-ready` before they are encoded */
  makeDirection: method(directionRequest).returns<Direction>(),
  analogy: method({ a: pathEnd, b: pathEnd, c: pathEnd }).returns<Analogy>(),
  /** Moves a point (null for the origin) along a direction. @throws `bad-input` if Nz differs */
  along: method({
    around: pathEnd.nullable(),
    start: latentPoint,
    vector: latentPoint,
    places: floats(MAX_PLACES_ALONG).refine(isAtLeastOne, 'expected at least one place'),
  }).returns<Along>(),
  /**
   * Computes the principal components of the encodings of some images, and decodes steps along each, in standard deviations from
   * their mean. Can be cancelled. @throws `bad-input` for fewer than two different encodings, or above 512 latent dimensions
   */
  selectionSpread: method({
    of: someImages,
    components: z.int().min(1).max(MAX_SPREAD_COMPONENTS),
    steps: floats(MAX_SPREAD_STEPS).refine(isAtLeastOne, 'expected at least one step'),
  }).returns<SelectionSpread>(),
};
