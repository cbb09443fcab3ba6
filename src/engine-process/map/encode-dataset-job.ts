import type { Dataset } from '../../datasets/dataset';
import type { LayoutParameters } from '../../protocol/layout';
import type { MapState } from '../../protocol/map';
import { RpcError } from '../../protocol/rpc';
import { readLatents, writeLatents } from '../../runs/latents';
import { encodeDataset } from '../../model/encode-dataset';
import type { Model } from '../../model/model';
import { EncodedDataset } from './encoded-dataset';
import { UmapJob } from './umap-job';
import type { Scheduler } from '../scheduler';
import { BackgroundJob } from '../background-job';
import { readyModel } from '../ready-model';

export interface LatentsOptions {
  readonly runFolder: string;
  readonly scheduler: Scheduler;
  /** The dataset in the model's shape. */
  dataset(): Promise<Dataset>;
  /**
   * Copies the model with its current weights, unaffected by further training; null while there is no model. Called in a
   * scheduler turn. `release` frees the copy.
   */
  snapshot(): Promise<{ readonly model: Model; release(): void } | null>;
  readonly log: (message: string) => void;
}

/** Encodes the run's dataset in the background, saves the result in the run folder and reads it back. */
export class EncodeDatasetJob {
  /** Computes the UMAP layout of the encoded images. */
  private readonly layout: UmapJob;
  private readonly job: BackgroundJob<NonNullable<MapState['job']>>;
  private loaded: Promise<EncodedDataset | null> | undefined;

  constructor(private readonly options: LatentsOptions) {
    this.layout = new UmapJob(options);
    this.job = new BackgroundJob((message) => options.log(`encoding all images failed: ${message}`));
  }

  get busy(): boolean {
    return this.job.progress !== null || this.layout.busy;
  }

  /**
   * Reads the job before its result: a job that ends in between is still reported, and the next call returns its result.
   * The other way round, a reply could contain neither.
   */
  async state(): Promise<Omit<MapState, 'step' | 'images'>> {
    const { progress, error } = this.job;
    const layout = await this.layout.state();
    const set = await this.set();
    return { set: set && set.description, job: progress, error, layout };
  }

  /** Returns the encoded images, or null if there are none yet. */
  maybe(): Promise<EncodedDataset | null> {
    return this.set();
  }

  /** Returns the encoded images. @throws RpcError `not-ready` if there are none yet */
  async encoded(): Promise<EncodedDataset> {
    const set = await this.set();
    if (!set) throw new RpcError('not-ready', 'the images of this run are not encoded yet');
    return set;
  }

  start(): void {
    if (this.job.progress !== null) return;
    this.job.start({ done: 0, total: 0 }, (report, signal) => this.run(report, signal));
  }

  cancel(): void {
    this.job.cancel();
  }

  /** @throws RpcError `not-ready` if the images are not encoded yet, `bad-input` for invalid parameters */
  async startLayout(parameters: LayoutParameters): Promise<void> {
    this.layout.start((await this.encoded()).latents, parameters);
  }

  cancelLayout(): void {
    this.layout.cancel();
  }

  /** Cancels encoding and layout. */
  close(): void {
    this.cancel();
    this.cancelLayout();
  }

  private async set(): Promise<EncodedDataset | null> {
    this.loaded ??= readLatents(this.options.runFolder, this.options.log).then(
      (latents) => latents && EncodedDataset.of(latents),
    );
    const set = await this.loaded;
    set?.setLayout(await this.layout.saved());
    return set;
  }

  private async run(
    report: (progress: { done: number; total: number }) => void,
    signal: AbortSignal,
  ): Promise<string> {
    const { scheduler, runFolder } = this.options;
    const dataset = await this.options.dataset();
    signal.throwIfAborted();
    const total = dataset.count;
    report({ done: 0, total });
    const snapshot = readyModel(await scheduler.turn('background', () => this.options.snapshot()));
    try {
      const encoding = encodeDataset(snapshot.model, dataset);
      const latents = await scheduler.drive('background', encoding, signal, ({ done }) =>
        report({ done, total }),
      );
      signal.throwIfAborted();
      // The result is shown even if it cannot be saved.
      const set = await EncodedDataset.of(latents);
      const failure = await writeLatents(runFolder, latents).then(
        () => '',
        (error: Error) => `the encoded images could not be saved: ${error.message}`,
      );
      this.loaded = Promise.resolve(set);
      return failure;
    } finally {
      snapshot.release();
    }
  }
}
