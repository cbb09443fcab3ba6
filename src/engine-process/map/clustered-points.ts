import { setImmediate as turn } from 'node:timers/promises';
import { project } from '../../latent/pca';
import type { ClusteredPoints } from '../../protocol/schemas/map-analysis';
import type { MapColumn } from '../../protocol/map';
import type { EncodedDataset } from './encoded-dataset';

/** With more latent dimensions, clusters are found among the first principal components, which keep the largest distances. */
const MAX_DIMENSIONS = 32;
const BLOCK_IMAGES = 2000;

interface Points {
  /** count × d. */
  readonly values: Float32Array;
  readonly d: number;
}

/** Returns the points that clusters are found among. @throws RpcError for columns that do not exist */
export async function clusteredPoints(
  set: EncodedDataset,
  key: string,
  of: ClusteredPoints,
  signal: AbortSignal,
): Promise<Points> {
  set.check(key);
  if (of === 'means') return components(set, signal);
  const piece = { key, first: 0, count: set.latents.ids.length };
  const columns = [of.x, of.y].map((column) => comparable(column, set.column(piece, column)));
  return { values: Float32Array.from({ length: 2 * piece.count }, (_, i) => columns[i % 2]![i >> 1]!), d: 2 };
}

async function components(
  { latents, components: fitted }: EncodedDataset,
  signal: AbortSignal,
): Promise<Points> {
  const { mean, dimensions, ids } = latents;
  if (dimensions <= MAX_DIMENSIONS) return { values: mean, d: dimensions };
  const d = MAX_DIMENSIONS;
  const values = new Float32Array(ids.length * d);
  for (let first = 0; first < ids.length; first += BLOCK_IMAGES) {
    signal.throwIfAborted();
    const rows = mean.subarray(first * dimensions, (first + BLOCK_IMAGES) * dimensions);
    for (let k = 0; k < d; k++)
      project(fitted, rows, k).forEach((value, i) => (values[(first + i) * d + k] = value));
    await turn();
  }
  return { values, d };
}

/** Coordinates share one unit; a measure has its own and is divided by its standard deviation. Missing values are at the mean. */
function comparable(column: MapColumn, values: Float32Array): Float32Array {
  const finite = values.filter(Number.isFinite);
  const mean = finite.reduce((sum, value) => sum + value / finite.length, 0);
  const deviation = Math.sqrt(finite.reduce((sum, value) => sum + (value - mean) ** 2 / finite.length, 0));
  const unit = /^(mean|pc|umap):/.test(column) || deviation === 0 ? 1 : deviation;
  return values.map((value) => (Number.isFinite(value) ? (value - mean) / unit : 0));
}
