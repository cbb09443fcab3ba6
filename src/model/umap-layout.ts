import { umap } from '../latent/umap/umap';
import type { Layout, UmapParameters, UmapProgress } from '../latent/umap/umap';
import { RandomStream } from '../random/stream';

export interface LayoutRequest extends UmapParameters {
  readonly seed: number;
  /** Most points that are laid out themselves, drawn by the seed: others are put among their nearest ones of these. */
  readonly most: number;
}

/** Numbers that are drawn at a time. */
const DRAW_VALUES = 4096;

/** Lays out points by UMAP: the same points and request give the same places. @param points count × Nz */
export function layOut(
  points: Float32Array,
  dimensions: number,
  { seed, most, ...parameters }: LayoutRequest,
): Generator<UmapProgress, Layout> {
  const stream = new RandomStream(seed, 'layout');
  const count = points.length / dimensions;
  // Block 0 says which points are laid out; the numbers of the others follow each other.
  const chosen = count > most ? stream.permutation(0, count).slice(0, most).sort() : null;
  let block = 0;
  let drawn: Float64Array = new Float64Array(0);
  let next = 0;
  function uniform(): number {
    if (next === drawn.length) {
      drawn = stream.uniforms(++block, DRAW_VALUES);
      next = 0;
    }
    return drawn[next++]!;
  }
  return umap(points, dimensions, parameters, chosen, uniform);
}
