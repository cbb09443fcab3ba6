import { clusterNames, groupsOfLabels } from '../../latent/clusters/cluster-names';
import type { MapClusters } from '../../protocol/map-analysis';
import type { mapAnalysisMethods } from '../../protocol/schemas/map-analysis';
import type { MethodsOf } from '../../protocol/schemas/method';
import type { Handlers, Params } from '../../protocol/rpc';
import { clustersOf } from '../../model/map-clusters';
import type { EngineContext } from '../context';
import { clusteredPoints } from '../map/clustered-points';

type AnalysisMethods = MethodsOf<typeof mapAnalysisMethods>;

/** Implements the methods computed from the encoded images. */
export function mapAnalysisService(context: EngineContext): Handlers<AnalysisMethods> {
  const { latents } = context;

  return {
    mapClusters: (request, signal) => clusters(context, request, signal),
    mapPlane: async (axes) => (await latents.encoded()).plane(axes),
    mapPosteriors: async ({ ids, ...axes }) => (await latents.encoded()).posteriors(axes, ids),
    mapRanks: async ({ key, ids }) => (await latents.encoded()).ranks(key, ids),
  };
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
