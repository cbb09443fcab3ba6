import { sameLayout } from '../../protocol/layout';
import type { LayoutParameters, LayoutProgress, LayoutState, MapLayout } from '../../protocol/layout';
import { RpcError } from '../../protocol/rpc';
import type { Latents } from '../../runs/latents';
import { readLayout, writeLayout } from '../../runs/umap-files';
import type { SavedLayout } from '../../runs/umap-files';
import { layoutOf } from './umap-worker-client';

export interface LayoutOptions {
  readonly runFolder: string;
  readonly log: (message: string) => void;
}

interface Job {
  readonly controller: AbortController;
  readonly parameters: LayoutParameters;
  progress: LayoutProgress;
}

/** Computes the run's UMAP layout in the background, saves it in the run folder and reads it back. */
export class UmapJob {
  private job: Job | null = null;
  private error = '';
  private loaded: Promise<SavedLayout | null> | undefined;

  constructor(private readonly options: LayoutOptions) {}

  get busy(): boolean {
    return this.job !== null;
  }

  /** Reads the job before its result: a job that ends in between is still reported, and the next call returns its result. */
  async state(): Promise<LayoutState> {
    const { job, error } = this;
    const saved = await this.saved();
    return { saved: saved && describeLayout(saved), job: job && job.progress, error };
  }

  /** Returns the latest saved layout, which may belong to an earlier encoding; null if there is none. */
  saved(): Promise<SavedLayout | null> {
    return (this.loaded ??= readLayout(this.options.runFolder, this.options.log));
  }

  /** Starts a layout, cancelling one with other parameters. @throws RpcError `bad-input` for invalid parameters */
  start(latents: Latents, parameters: LayoutParameters): void {
    check(parameters, latents.ids.length);
    if (this.job && sameLayout(this.job.parameters, parameters)) return;
    this.cancel();
    const progress: LayoutProgress = { stage: 'neighbours', done: 0, total: latents.ids.length };
    const job: Job = { controller: new AbortController(), parameters, progress };
    this.job = job;
    this.error = '';
    void this.run(job, latents)
      .catch((error: Error) => {
        if (job.controller.signal.aborted) return;
        this.error = error.message;
        this.options.log(`laying out the map failed: ${error.message}`);
      })
      .finally(() => {
        if (this.job === job) this.job = null;
      });
  }

  cancel(): void {
    this.job?.controller.abort();
    this.job = null;
  }

  private async run(job: Job, latents: Latents): Promise<void> {
    const { signal } = job.controller;
    const { mean: points, dimensions, step, fingerprint, ids } = latents;
    const layout = await layoutOf(
      { points, dimensions, request: job.parameters },
      (progress) => (job.progress = progress),
      signal,
    );
    signal.throwIfAborted();
    const made = { ...layout, ...job.parameters, step, fingerprint, count: ids.length };
    // If writing fails, the previous layout stays.
    this.loaded = Promise.resolve(await writeLayout(this.options.runFolder, made));
  }
}

export function describeLayout({ sha256, step, fitted, epochs, ...rest }: SavedLayout): MapLayout {
  const { neighbours, minDist, seed, most } = rest;
  return { id: sha256.slice(0, 16), step, fitted, epochs, neighbours, minDist, seed, most };
}

/** @throws RpcError `bad-input` if a neighbourhood is larger than the images that are laid out */
function check(parameters: LayoutParameters, count: number): void {
  const { neighbours } = parameters;
  const fitted = Math.min(count, parameters.most);
  if (neighbours <= fitted) return;
  const expected = `expected no more than the ${fitted} images that are laid out`;
  throw new RpcError('bad-input', `neighbours: got ${neighbours}, ${expected}`);
}
