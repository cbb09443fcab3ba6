import { basename, dirname, join } from 'node:path';
import type { SweepView } from '../../domain/sweep';
import { guarded, statPath } from '../../runs/guarded-path';
import { coalesced } from '../../shared/coalesced';
import type { DamagedSweep } from '../../sweeps/sweep-view';
import { Disposables, Emitter } from '../emitter';
import type { Disposable } from '../emitter';

/** How often the folders of sweeps are looked at, in ms. */
const POLL_MS = 3000;

/** A sweep of this window. */
export interface SweepEntry {
  readonly sweep: SweepView | DamagedSweep;
  /** Folders of the trials' runs. */
  readonly runs: ReadonlySet<string>;
}

/** The sweeps beside the window's folders of runs, newest first. */
export class SweepsModel implements Disposable {
  entries: readonly SweepEntry[] = [];
  private stamp = '';
  private readonly disposables = new Disposables();
  private readonly emitter = this.disposables.add(new Emitter<void>());
  /** Fires when a sweep, or the list of them, has changed. */
  readonly changed = this.emitter.event;
  private readonly timer: NodeJS.Timeout;

  /** Reads the folders. */
  readonly refresh = coalesced(() => this.read());

  constructor(private readonly roots: () => readonly string[]) {
    this.timer = setInterval(() => void this.refresh(), POLL_MS);
    this.timer.unref();
  }

  find(folder: string): SweepEntry | undefined {
    return this.entries.find(({ sweep }) => sweep.folder === folder);
  }

  /** Returns the sweep that a run is a trial of. */
  ofRun(folder: string): SweepEntry | undefined {
    return this.entries.find(({ runs }) => runs.has(folder));
  }

  dispose(): void {
    clearInterval(this.timer);
    this.disposables.dispose();
  }

  private async read(): Promise<void> {
    const found: SweepEntry[] = [];
    for (const runsRoot of this.roots()) {
      const root = join(dirname(runsRoot), 'sweeps');
      // Most workspaces have none, and schemas take most of the extension's startup time.
      if ((await statPath(guarded(root)).catch(() => null)) === null) continue;
      const { listSweeps } = await import('../../sweeps/sweep-view');
      const sweeps = await listSweeps(root).catch((error: Error) => [
        { folder: root, name: basename(root), damage: error.message },
      ]);
      for (const sweep of sweeps) {
        const trials = 'trials' in sweep ? sweep.trials : [];
        found.push({ sweep, runs: new Set(trials.map(({ run }) => join(runsRoot, run))) });
      }
    }
    const stamp = JSON.stringify(found.map(({ sweep }) => sweep));
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    this.entries = found;
    this.emitter.fire();
  }
}
