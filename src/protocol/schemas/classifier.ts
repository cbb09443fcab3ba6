/** Engine methods for the classifier of a run. All but the first fail with `not-ready` where there is none. */
import * as z from 'zod';
import { MAX_EFFECT_IMAGES, MAX_REGION_SIDE, MAX_SHOWN_CLASSES } from '../classifier';
import type { ClassifiedPoints, ClassifierState, DecisionRegions, DirectionEffect } from '../classifier';
import { method } from './method';
import { floats, latentPoint, mapAxes } from './values';

/** Maximum numbers in the points of one call. */
const MAX_NUMBERS = 4 * 1024 * 1024;

const most = z.int().min(1).max(MAX_SHOWN_CLASSES);

export const classifierMethods = {
  /** Reads the run's classifier anew, as it may have been attached or removed since. */
  classifier: method().returns<ClassifierState>(),
  /** Starts classifying all images in the background and returns at once; a no-op if it does so already. */
  classifyAll: method().returns<ClassifierState>(),
  cancelClassifyAll: method().returns<void>(),
  /** Decodes points (count × Nz) and classifies the pictures. Can be cancelled. */
  classifyPoints: method({ z: floats(MAX_NUMBERS), count: z.int().min(1), most }).returns<ClassifiedPoints>(),
  /**
   * Decodes and classifies the centres of the cells of a grid over a part of the map; null for axes that do not stand for points of
   * latent space (a UMAP layout, measures). Can be cancelled.
   */
  decisionRegions: method(
    mapAxes.extend({
      from: z.tuple([z.number(), z.number()]),
      to: z.tuple([z.number(), z.number()]),
      side: z.int().min(2).max(MAX_REGION_SIDE),
    }),
  ).returns<DecisionRegions | null>(),
  /** Measures how a direction moves the probabilities, over `images` of the map's images. Can be cancelled. */
  directionEffect: method({
    vector: latentPoint,
    images: z.int().min(1).max(MAX_EFFECT_IMAGES),
    most,
  }).returns<DirectionEffect>(),
};
