import type { PlannedDataset, PlannedPreset, PlanLine } from '../../protocol/schemas/plan-line';
import { Emitter } from '../emitter';
import type { Disposable } from '../emitter';

/** Runs a plan; its results come one by one. Rejects with the reason if the dataset cannot be used. */
type RunPlan = (signal: AbortSignal, onLine: (line: PlanLine) => void) => Promise<void>;

/** What training on a dataset would be: known piece by piece, while the user is asked. */
export class TrainPlan implements Disposable {
  readonly presets = new Map<string, PlannedPreset>();
  /** Expected seconds of training, by preset. */
  readonly seconds = new Map<string, number>();
  /** Rejects with the reason if the dataset cannot be used. */
  readonly dataset: Promise<PlannedDataset>;
  /** Why the dataset cannot be used, or nothing more can be said about it; empty otherwise. */
  problem = '';
  /** Whether all is known that will be. */
  isDone = false;
  private readonly cancel = new AbortController();
  private readonly emitter = new Emitter<void>();
  /** Fires when more is known. */
  readonly changed = this.emitter.event;

  constructor(run: RunPlan) {
    this.dataset = new Promise((resolve, reject) => {
      run(this.cancel.signal, (line) => {
        if (line.type === 'dataset') resolve(line);
        else if (line.type === 'preset') this.presets.set(line.preset, line);
        else this.seconds.set(line.preset, line.seconds);
        this.emitter.fire();
      })
        .catch((error: Error) => {
          reject(error);
          this.problem = error.message;
        })
        .finally(() => {
          reject(new Error('the plan ended without a result'));
          if (this.cancel.signal.aborted) return;
          this.isDone = true;
          this.emitter.fire();
        });
    });
    // Whoever waits for it hears of it; the others look at `problem`.
    this.dataset.catch(() => undefined);
  }

  /** Ends the process. */
  dispose(): void {
    this.cancel.abort();
    this.emitter.dispose();
  }
}
