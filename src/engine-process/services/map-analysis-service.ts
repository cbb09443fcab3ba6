import { classCounts, histogram } from '../../columns/column-summary';
import type { ColumnValues } from '../../columns/column-filter';
import { ImageMask } from '../../columns/image-mask';
import { SPLIT_NAMES } from '../../domain/split';
import { clusterNames, groupsOfLabels } from '../../latent/clusters/cluster-names';
import type { ColumnSummary, MapClusters } from '../../protocol/map-analysis';
import type { SummarisedColumn, mapAnalysisMethods } from '../../protocol/schemas/map-analysis';
import type { MethodsOf } from '../../protocol/schemas/method';
import { RpcError } from '../../protocol/rpc';
import type { Handlers, Params } from '../../protocol/rpc';
import { clustersOf } from '../../model/map-clusters';
import type { EngineContext } from '../context';
import { clusteredPoints } from '../map/clustered-points';
import type { MapColumns } from '../map/map-columns';

type AnalysisMethods = MethodsOf<typeof mapAnalysisMethods>;

/** Implements the methods computed from the encoded images. */
export function mapAnalysisService(context: EngineContext, fields: MapColumns): Handlers<AnalysisMethods> {
  const { latents } = context;

  /** Returns a column of all images, with the names of its classes; null for a numeric column. */
  async function valuesOf(
    key: string,
    column: SummarisedColumn,
  ): Promise<{ readonly values: ColumnValues; readonly names: readonly string[] | null }> {
    const set = await latents.encoded();
    set.check(key);
    const { ids, labels, splits } = set.latents;
    if (column === 'split') return { values: splits, names: SPLIT_NAMES };
    if (column === 'label') {
      if (labels === null)
        throw new RpcError('not-found', 'column: got label, but the images of this dataset have no labels');
      return labels;
    }
    if (typeof column === 'object') return fields.whole(key, column.field);
    return { values: set.column({ key, first: 0, count: ids.length }, column), names: null };
  }

  return {
    async mapColumnSummary({ key, column, images, bins }): Promise<ColumnSummary> {
      const { values, names } = await valuesOf(key, column);
      const chosen = images && maskOf(images, values.length);
      return names === null
        ? { kind: 'range', ...histogram(values, bins, chosen) }
        : { kind: 'classes', names, ...classCounts(values, names.length, chosen) };
    },
    mapClusters: (request, signal) => clusters(context, request, signal),
    mapPlane: async (axes) => (await latents.encoded()).plane(axes),
    mapPosteriors: async ({ ids, ...axes }) => (await latents.encoded()).posteriors(axes, ids),
    mapRanks: async ({ key, ids }) => (await latents.encoded()).ranks(key, ids),
  };
}

/** @throws RpcError `bad-input` for an index of no image */
function maskOf(images: Uint32Array, count: number): ImageMask {
  try {
    return ImageMask.ofIndices(images, count);
  } catch (error) {
    throw new RpcError('bad-input', `images: ${(error as Error).message}`);
  }
}

async function clusters(
  context: EngineContext,
  { key, of, ...request }: Params<AnalysisMethods, 'mapClusters'>,
  signal: AbortSignal,
): Promise<MapClusters> {
  const set = await context.latents.encoded();
  const { values, d } = await clusteredPoints(set, key, of, signal);
  const found = await context.scheduler.drive('background', clustersOf(values, d, request), signal);
  const { labels } = set.latents;
  if (labels === null) return { ...found, names: null };
  const groups = groupsOfLabels(labels.values, labels.names.length);
  const names = clusterNames(found.assigned, found.sizes, groups);
  return { ...found, names: names.map((name) => name && { ...name, label: labels.names[name.group]! }) };
}
