import { Disposables, Emitter } from '../emitter';
import type { Disposable, Event } from '../emitter';
import type { RunEntry, RunsModel } from './runs-model';

/** The run that a view shows. */
export interface ShownRun {
  readonly folder: string | undefined;
  readonly entry: RunEntry | undefined;
  /** Fires when another run is shown. */
  readonly changed: Event<void>;
}

/** A fixed run, whichever is the window's current one. */
export class FixedRun implements ShownRun, Disposable {
  private readonly disposables = new Disposables();
  private readonly emitter = this.disposables.add(new Emitter<void>());
  readonly changed = this.emitter.event;

  constructor(
    private readonly runs: RunsModel,
    readonly folder: string,
  ) {
    // The run may appear in the list, disappear when its folder is deleted, and reappear.
    let before = this.entry !== undefined;
    this.disposables.add(
      runs.changed(() => {
        const now = this.entry !== undefined;
        if (now !== before) this.emitter.fire();
        before = now;
      }),
    );
  }

  get entry(): RunEntry | undefined {
    return this.runs.find(this.folder);
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
