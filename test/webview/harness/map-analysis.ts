import { RpcError } from '../../../src/protocol/rpc';
import type { Handlers } from '../../../src/protocol/rpc';
import type { RelayedMethods } from '../../../src/protocol/schemas/panel';
import type { mapAnalysisMethods } from '../../../src/protocol/schemas/map-analysis';

const refuse = (): never => {
  throw new RpcError('not-ready', 'the images of this run are not encoded yet');
};

/** An engine without encodings; what is computed from them is looked at on a real one. */
export const mapAnalysisHandlers: Handlers<
  Pick<
    RelayedMethods,
    Exclude<keyof typeof mapAnalysisMethods, 'mapClusters' | 'mapPosteriors'> | 'selectionSpread'
  >
> = {
  mapColumnSummary: refuse,
  mapPlane: refuse,
  mapRanks: refuse,
  selectionSpread: refuse,
};
