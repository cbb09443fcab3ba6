import { splitDataset } from '../../datasets/split';
import type { SampleSource } from '../../protocol/engine';
import { RpcError } from '../../protocol/rpc';
import { fitAggregate } from '../../model/aggregate-posterior';
import type { FittedAggregate } from '../../model/aggregate-posterior';
import type { Model } from '../../model/model';
import { modelOf } from '../context';
import type { EngineContext } from '../context';

/** The aggregate posterior of the newest weights: fitted when it is asked for, and again only for other weights. */
export class Aggregates {
  private known: { readonly step: number; readonly fitted: FittedAggregate } | null = null;

  constructor(private readonly context: EngineContext) {}

  /**
   * The model with its newest weights and, where it is asked for, their aggregate posterior.
   * @throws RpcError for another source, and while there is no model; what the dataset throws where it cannot be read
   */
  async newest(
    from: SampleSource,
    signal: AbortSignal,
  ): Promise<{ readonly model: Model; readonly fitted: FittedAggregate | null }> {
    if (from !== 'prior' && from !== 'aggregate')
      throw new RpcError('bad-input', `from: got '${String(from)}', expected prior or aggregate`);
    // Reading the dataset may take a while: the weights are those of the moment after it.
    if (from === 'aggregate') await this.context.dataset();
    const model = await this.context.scheduler.turn('evaluation', () => modelOf(this.context));
    return { model, fitted: from === 'aggregate' ? await this.of(model, signal) : null };
  }

  async of(model: Model, signal: AbortSignal): Promise<FittedAggregate> {
    if (this.known?.step === model.step) return this.known.fitted;
    const { context } = this;
    const dataset = await context.dataset();
    const fit = fitAggregate(model, dataset, splitDataset(dataset, model.config.data.split).train);
    for (;;) {
      signal.throwIfAborted();
      const next = await context.scheduler.turn('evaluation', () => fit.next());
      if (!next.done) continue;
      this.known = { step: model.step, fitted: next.value };
      return next.value;
    }
  }
}
