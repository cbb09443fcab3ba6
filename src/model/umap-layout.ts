import { umap } from '../latent/umap/umap';
import type { Layout, UmapParameters, UmapProgress } from '../latent/umap/umap';
import { RandomStream } from '../random/stream';
import { uniformSource } from '../random/uniform-source';

export interface LayoutRequest extends UmapParameters {
  readonly seed: number;
  /** Maximum points fitted by UMAP, drawn with the seed; the others are placed among their nearest fitted points. */
  readonly most: number;
}

/** Computes a UMAP layout; the same points and request give the same layout. @param points count × Nz @param dimensions Nz */
export function layOut(
  points: Float32Array,
  dimensions: number,
  { seed, most, ...parameters }: LayoutRequest,
): Generator<UmapProgress, Layout> {
  const stream = new RandomStream(seed, 'layout');
  const count = points.length / dimensions;
  // Block 0 selects the fitted points; the following blocks supply the uniform values in order.
  const chosen = count > most ? stream.permutation(0, count).slice(0, most).sort() : null;
  return umap(points, dimensions, parameters, chosen, uniformSource(stream, 1));
}
