import { RpcError } from '../../../src/protocol/rpc';
import type { Handlers } from '../../../src/protocol/rpc';
import type { RelayedMethods } from '../../../src/protocol/schemas/panel';
import type { mapAnalysisMethods } from '../../../src/protocol/schemas/map-analysis';

const refuse = (): never => {
  throw new RpcError('not-ready', 'the images of this run are not encoded yet');
};

/** An engine without encodings; what is computed from them is looked at on a real one. */
export const mapAnalysisHandlers: Handlers<
  Pick<RelayedMethods, keyof typeof mapAnalysisMethods | 'selectionSpread'>
> = {
  mapColumnSummary: refuse,
  mapClusters: refuse,
  mapPlane: refuse,
  mapPosteriors: refuse,
  mapRanks: refuse,
  selectionSpread: refuse,
};
