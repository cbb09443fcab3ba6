import { sameLayout } from '../../protocol/layout';
import type { LayoutParameters, LayoutProgress, LayoutState, MapLayout } from '../../protocol/layout';
import { RpcError } from '../../protocol/rpc';
import type { Latents } from '../../runs/latents';
import { readLayout, writeLayout } from '../../runs/umap-files';
import type { SavedLayout } from '../../runs/umap-files';
import { layoutOf } from './umap-worker-client';
import { BackgroundJob } from '../background-job';

export interface LayoutOptions {
  readonly runFolder: string;
  readonly log: (message: string) => void;
}

/** Computes the run's UMAP layout in the background, saves it in the run folder and reads it back. */
export class UmapJob {
  private readonly job: BackgroundJob<LayoutProgress>;
  /** Parameters of the newest job. */
  private parameters: LayoutParameters | null = null;
  private loaded: Promise<SavedLayout | null> | undefined;

  constructor(private readonly options: LayoutOptions) {
    this.job = new BackgroundJob((message) => options.log(`laying out the map failed: ${message}`));
  }

  get busy(): boolean {
    return this.job.progress !== null;
  }

  /** Reads the job before its result: a job that ends in between is still reported, and the next call returns its result. */
  async state(): Promise<LayoutState> {
    const { progress, error } = this.job;
    const saved = await this.saved();
    return { saved: saved && describeLayout(saved), job: progress, error };
  }

  /** Returns the latest saved layout, which may belong to an earlier encoding; null if there is none. */
  saved(): Promise<SavedLayout | null> {
    return (this.loaded ??= readLayout(this.options.runFolder, this.options.log));
  }

  /** Starts a layout, cancelling one with other parameters. @throws RpcError `bad-input` for invalid parameters */
  start(latents: Latents, parameters: LayoutParameters): void {
    check(parameters, latents.ids.length);
    if (this.busy && this.parameters !== null && sameLayout(this.parameters, parameters)) return;
    this.parameters = parameters;
    const begin = { stage: 'neighbours', done: 0, total: latents.ids.length } as const;
    this.job.start(begin, (report, signal) => this.run(latents, parameters, report, signal));
  }

  cancel(): void {
    this.job.cancel();
  }

  private async run(
    latents: Latents,
    parameters: LayoutParameters,
    report: (progress: LayoutProgress) => void,
    signal: AbortSignal,
  ): Promise<string> {
    const { mean: points, dimensions, step, fingerprint, ids } = latents;
    const layout = await layoutOf({ points, dimensions, request: parameters }, report, signal);
    signal.throwIfAborted();
    const made = { ...layout, ...parameters, step, fingerprint, count: ids.length };
    // If writing fails, the previous layout stays.
    this.loaded = Promise.resolve(await writeLayout(this.options.runFolder, made));
    return '';
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
