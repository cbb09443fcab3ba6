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

interface Job {
  readonly controller: AbortController;
  done: number;
  total: number;
}

/** Encodes the run's dataset in the background, saves the result in the run folder and reads it back. */
export class EncodeDatasetJob {
  /** Computes the UMAP layout of the encoded images. */
  private readonly layout: UmapJob;
  private job: Job | null = null;
  private error = '';
  private loaded: Promise<EncodedDataset | null> | undefined;

  constructor(private readonly options: LatentsOptions) {
    this.layout = new UmapJob(options);
  }

  get busy(): boolean {
    return this.job !== null || this.layout.busy;
  }

  /**
   * Reads the job before its result: a job that ends in between is still reported, and the next call returns its result.
   * The other way round, a reply could contain neither.
   */
  async state(): Promise<Omit<MapState, 'step'>> {
    const { job, error } = this;
    const layout = await this.layout.state();
    const set = await this.set();
    return { set: set && set.description, job: job && { done: job.done, total: job.total }, error, layout };
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
    if (this.job) return;
    const job: Job = { controller: new AbortController(), done: 0, total: 0 };
    this.job = job;
    this.error = '';
    void this.run(job)
      .catch((error: Error) => {
        if (job.controller.signal.aborted) return;
        this.error = error.message;
        this.options.log(`encoding all images failed: ${error.message}`);
      })
      .finally(() => {
        if (this.job === job) this.job = null;
      });
  }

  cancel(): void {
    this.job?.controller.abort();
    this.job = null;
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

  private async run(job: Job): Promise<void> {
    const { scheduler, runFolder } = this.options;
    const { signal } = job.controller;
    const dataset = await this.options.dataset();
    signal.throwIfAborted();
    job.total = dataset.count;
    const snapshot = await scheduler.turn('background', () => this.options.snapshot());
    if (!snapshot) throw new Error('the model is not ready yet: the run is still being prepared');
    try {
      const encoding = encodeDataset(snapshot.model, dataset);
      for (;;) {
        signal.throwIfAborted();
        const next = await scheduler.turn('background', () => encoding.next());
        if (!next.done) {
          job.done = next.value.done;
          continue;
        }
        signal.throwIfAborted();
        // The result is shown even if it cannot be saved.
        const set = await EncodedDataset.of(next.value);
        await writeLatents(runFolder, next.value).catch((error: Error) => {
          this.error = `the encoded images could not be saved: ${error.message}`;
          this.options.log(this.error);
        });
        this.loaded = Promise.resolve(set);
        return;
      }
    } finally {
      snapshot.release();
    }
  }
}
