/** Engine methods for latent directions: from one set of images to another, or along a principal component. */
import * as z from 'zod';
import type { Direction, DirectionRequest, ImageSet } from '../../domain/direction';
import type { Along, Analogy } from '../directions';
import { method } from './method';
import { dimension, floats, givenName, imageIds, latentPoint, pathEnd, seed } from './values';

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
};
