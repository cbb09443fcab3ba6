import { splitDataset } from '../../datasets/split';
import type { SampleSource } from '../../protocol/schemas/values';
import { fitAggregate } from '../../model/aggregate-posterior';
import type { FittedAggregate } from '../../model/aggregate-posterior';
import type { Model } from '../../model/model';
import { modelOf } from '../ready-model';
import type { EngineContext } from '../context';

/** Caches the aggregate posterior of the newest weights. Fits it on request and refits it when the weights have changed. */
export class AggregateCache {
  private known: { readonly step: number; readonly fitted: FittedAggregate } | null = null;

  constructor(private readonly context: EngineContext) {}

  /**
   * Returns the model with its newest weights and, for the source `aggregate`, their aggregate posterior.
   * @throws RpcError `not-ready` while there is no model; the dataset's error if it cannot be read
   */
  async newest(
    from: SampleSource,
    signal: AbortSignal,
  ): Promise<{ readonly model: Model; readonly fitted: FittedAggregate | null }> {
    // Reading the dataset may take a while, so it comes before choosing the weights.
    if (from === 'aggregate') await this.context.dataset();
    const model = await this.context.scheduler.turn('evaluation', () => modelOf(this.context));
    return { model, fitted: from === 'aggregate' ? await this.of(model, signal) : null };
  }

  /** Returns the aggregate posterior of this model's weights. @throws the signal's reason once it is aborted */
  async of(model: Model, signal: AbortSignal): Promise<FittedAggregate> {
    if (this.known?.step === model.step) return this.known.fitted;
    const { context } = this;
    const dataset = await context.dataset();
    const fit = fitAggregate(model, dataset, splitDataset(dataset, model.config.data.split).train);
    const fitted = await context.scheduler.drive('evaluation', fit, signal);
    this.known = { step: model.step, fitted };
    return fitted;
  }
}
