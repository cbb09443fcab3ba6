import type { SweepView } from '../../domain/sweep';
import { Disposables } from '../emitter';
import type { Disposable } from '../emitter';
import type { SweepsModel } from './sweeps-model';

/** When a sweep is looked after again that its cluster could not be asked for, in ms. */
const RETRY_MS = 60_000;

interface SweepFollowerOptions {
  readonly sweeps: Pick<SweepsModel, 'entries' | 'changed' | 'refresh'>;
  /** Whether this window may connect to clusters: not in an untrusted workspace, nor in a browser. */
  readonly isAllowed: () => boolean;
  readonly isThere: (folder: string, target: string) => Promise<'there' | 'lost' | 'never submitted'>;
  /** Follows a sweep in a process that outlives the window. */
  readonly follow: (folder: string, target: string) => Promise<void>;
  readonly tellLost: (sweep: SweepView, target: string) => Promise<void>;
  readonly now: () => number;
  readonly log: (message: string) => void;
}

/**
 * Follows the sweeps of this window that clusters carry out and nobody follows, as after a restart: what they know lies in their folders. Of one
 * that its cluster has lost, asks once whether to submit it again.
 */
export class SweepFollower implements Disposable {
  private readonly disposables = new Disposables();
  /** When each was last looked after; Infinity for one of which nothing more is to be said. */
  private readonly at = new Map<string, number>();

  constructor(private readonly options: SweepFollowerOptions) {
    this.disposables.add(options.sweeps.changed(() => void this.look()));
    const timer = setInterval(() => void this.look(), RETRY_MS);
    timer.unref();
    this.disposables.add({ dispose: () => clearInterval(timer) });
  }

  /** Follows what is interrupted. */
  async look(): Promise<void> {
    const { sweeps, isAllowed } = this.options;
    if (!isAllowed()) return;
    for (const { sweep } of sweeps.entries) {
      if (!('state' in sweep) || sweep.target === null) continue;
      // It is followed: what is lost later is told anew.
      if (sweep.state !== 'interrupted') this.at.delete(sweep.folder);
      else await this.lookAfter(sweep, sweep.target);
    }
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async lookAfter(sweep: SweepView, target: string): Promise<void> {
    const { isThere, follow, tellLost, now, log, sweeps } = this.options;
    const { folder } = sweep;
    if (now() - (this.at.get(folder) ?? -Infinity) < RETRY_MS) return;
    this.at.set(folder, now());
    try {
      const place = await isThere(folder, target);
      if (place === 'there') {
        log(`following the sweep ${folder} on ${target}`);
        await follow(folder, target);
        return await sweeps.refresh();
      }
      this.at.set(folder, Infinity);
      if (place === 'lost') void tellLost(sweep, target).catch((error: Error) => log(error.message));
    } catch (error) {
      log(`the sweep ${folder} is not followed: ${(error as Error).message}`);
    }
  }
}
