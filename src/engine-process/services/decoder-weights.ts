import type { DecoderTooLarge, DecoderWeights } from '../../protocol/engine';
import { MAX_DECODER_BYTES, decoderBytes, decoderParameters } from '../../model/decoder-weights';
import type { EngineContext } from '../context';
import { modelOf } from '../ready-model';

/** Hands out the decoder with its newest weights, unless it is too large. Takes one turn. @throws RpcError `not-ready` */
export async function decoderWeights(
  context: Pick<EngineContext, 'model' | 'runStatus'>,
): Promise<DecoderWeights | DecoderTooLarge> {
  const model = modelOf(context);
  // A page decodes the models of this product alone.
  if (model.config.opened !== undefined) return { bytes: MAX_DECODER_BYTES + 1, limit: MAX_DECODER_BYTES };
  const bytes = decoderBytes(model);
  if (bytes > MAX_DECODER_BYTES) return { bytes, limit: MAX_DECODER_BYTES };
  const { step, config, shape } = model;
  return {
    ...shape,
    runUri: context.runStatus.status.runUri,
    step,
    model: config.model,
    parameters: await decoderParameters(model),
  };
}
