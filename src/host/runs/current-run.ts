import type { Memento } from 'vscode';
import { Emitter } from '../emitter';
import type { Disposable } from '../emitter';
import { statusOf } from './followed-run';
import type { RunEntry, RunsModel } from './runs-model';
import type { ShownRun } from './shown-run';

const KEY = 'vae.currentRun';

/** The run that this window's views show: the last one trained or picked, else a live one, else the newest. */
export class CurrentRun implements ShownRun, Disposable {
  private readonly emitter = new Emitter<void>();
  /** Folder of a run that is being started and cannot be listed yet. */
  private starting: string | undefined;
  /** Fires when another run becomes current. */
  readonly changed = this.emitter.event;

  constructor(
    private readonly state: Memento,
    private readonly runs: RunsModel,
  ) {}

  get folder(): string | undefined {
    if (this.starting !== undefined) return this.starting;
    const chosen = this.state.get<string>(KEY);
    if (chosen !== undefined && this.runs.find(chosen)) return chosen;
    const { entries } = this.runs;
    const newest = entries.find((entry) => entry.record) ?? entries[0];
    return (entries.find(statusOf) ?? newest)?.folder;
  }

  get entry(): RunEntry | undefined {
    return this.runs.find(this.folder);
  }

  /** Shows a run while `start` starts it; reverts to the previous one if that fails. */
  async during<T>(folder: string, start: () => Promise<T>): Promise<T> {
    const before = this.state.get<string>(KEY);
    this.starting = folder;
    this.emitter.fire();
    // Stored at once: the window may be reloaded while the dataset is being read.
    await this.state.update(KEY, folder);
    try {
      return await start();
    } catch (error) {
      await this.state.update(KEY, before);
      throw error;
    } finally {
      if (this.starting === folder) this.starting = undefined;
      this.emitter.fire();
    }
  }

  async choose(folder: string): Promise<void> {
    const before = this.folder;
    this.starting = undefined;
    await this.state.update(KEY, folder);
    if (folder !== before) this.emitter.fire();
  }

  /** Moves on from a run that is gone, to the one that is shown then, also if the first comes back. */
  async leave(folder: string): Promise<void> {
    if (this.state.get<string>(KEY) !== folder) return;
    await this.state.update(KEY, undefined);
    await this.state.update(KEY, this.folder);
    this.emitter.fire();
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
