import type { RunView } from '../../src/protocol/panel';
import type { RunSession } from './run-session';

/** A section whose content depends on the model's weights. */
export interface WeightsFollower {
  /** Step of the weights behind the content; null without content. */
  readonly step: number | null;
  /** Clears content that belongs to another run. */
  forget(): void;
  /** Requests the content again. */
  pull(): void;
}

/** Whether the run has a latent space and is past preparation, so its model can be explored. */
export function isExplorable(run: RunView | null | undefined): run is RunView {
  return run != null && run.latent > 0 && run.live?.state !== 'preparing';
}

/** Refreshes the follower when the run or its engine changes, and when newer weights arrive. */
export function followWeights(model: RunSession, follower: WeightsFollower): void {
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
