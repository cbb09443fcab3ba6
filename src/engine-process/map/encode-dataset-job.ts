import type { Dataset } from '../../datasets/dataset';
import type { LayoutParameters } from '../../protocol/layout';
import type { MapState } from '../../protocol/map';
import { RpcError } from '../../protocol/rpc';
import { readLatents, writeLatents } from '../../runs/latents';
import { encodeDataset } from '../../model/encode-dataset';
import type { Model } from '../../model/model';
import { LatentSet } from './encoded-dataset';
import { LayoutJob } from './umap-job';
import type { Scheduler } from '../scheduler';

export interface LatentsOptions {
  readonly runFolder: string;
  readonly scheduler: Scheduler;
  /** As the model sees it. */
  dataset(): Promise<Dataset>;
  /**
   * A model whose weights stay as they are now, however training goes on; null while there is none. Called in a turn.
   * `release` frees it.
   */
  snapshot(): Promise<{ readonly model: Model; release(): void } | null>;
  readonly log: (message: string) => void;
}

interface Job {
  readonly controller: AbortController;
  done: number;
  total: number;
}

/** The encoded images of this process's run: as its folder has them, and the work that makes them anew. */
export class LatentsJob {
  /** Their places by UMAP. */
  private readonly layout: LayoutJob;
  private job: Job | null = null;
  private error = '';
  private loaded: Promise<LatentSet | null> | undefined;

  constructor(private readonly options: LatentsOptions) {
    this.layout = new LayoutJob(options);
  }

  get busy(): boolean {
    return this.job !== null || this.layout.busy;
  }

  /**
   * First the work, then what it makes: work that ends meanwhile is still told, and who asks once more gets what it made.
   * The other way round an answer could have neither.
   */
  async state(): Promise<Omit<MapState, 'step'>> {
    const { job, error } = this;
    const layout = await this.layout.state();
    const set = await this.set();
    return { set: set && set.description, job: job && { done: job.done, total: job.total }, error, layout };
  }

  /** Null where the images were not encoded yet. */
  maybe(): Promise<LatentSet | null> {
    return this.set();
  }

  /** @throws RpcError `not-ready` where the images were not encoded yet */
  async encoded(): Promise<LatentSet> {
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

  /** @throws RpcError `not-ready` where the images were not encoded yet, `bad-input` */
  async startLayout(parameters: LayoutParameters): Promise<void> {
    this.layout.start((await this.encoded()).latents, parameters);
  }

  cancelLayout(): void {
    this.layout.cancel();
  }

  /** Ends all that is under way. */
  close(): void {
    this.cancel();
    this.cancelLayout();
  }

  private async set(): Promise<LatentSet | null> {
    this.loaded ??= readLatents(this.options.runFolder, this.options.log).then(
      (latents) => latents && LatentSet.of(latents),
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
        // What was just computed is shown although it could not be kept.
        const set = await LatentSet.of(next.value);
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
