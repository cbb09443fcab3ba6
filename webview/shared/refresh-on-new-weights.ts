import type { RunView } from '../../src/protocol/panel';
import type { ExplorerModel } from './explorer-model';

/** A section that shows what a run's model makes of latent space. */
export interface WeightsFollower {
  /** Step of the weights that are shown; null for none. */
  readonly step: number | null;
  /** Forgets what is shown: it is another run's. */
  forget(): void;
  /** Asks again. */
  pull(): void;
}

/** Whether a run has, or may soon have, a model whose latent space can be looked at. */
export function isExplorable(run: RunView | null | undefined): run is RunView {
  return run != null && run.latent > 0 && run.live?.state !== 'preparing';
}

/** Asks again for another run, for another engine of it, and for weights newer than those that are shown. */
export function followWeights(model: ExplorerModel, follower: WeightsFollower): void {
  let uri: string | undefined;
  let engine = '';
  model.on('run', () => {
    const { run } = model;
    const now = run?.live == null ? 'none' : run.live.state === 'preparing' ? 'preparing' : 'live';
    const other = run?.uri !== uri;
    if (other) follower.forget();
    if (!other && now === engine) return;
    uri = run?.uri;
    engine = now;
    follower.pull();
  });
  model.on('reconstructions', () => {
    const step = model.reconstructions?.step ?? -1;
    if (follower.step === null || step > follower.step) follower.pull();
  });
}
