import type { Engine, Session } from '../../engine/engine';
import { readStoredModel, storedModel } from '../../model/model';
import type { Model, StoredModel } from '../../model/model';
import { newestState } from '../../model/state';
import { listCheckpoints } from '../../runs/checkpoint';
import type { Scheduler } from '../scheduler';
import { LateSession } from './late-session';

/** The model of a run's newest checkpoint. That of a run which is trained elsewhere takes over newer ones as they come. */
export class ServedModel {
  private current: Model;
  /** Until a session is opened with it; as large as the file. */
  private stored: StoredModel | null;
  /** Background jobs that need the weights to stay as they are. */
  private readers = 0;

  /** @param engine that runs the model, called when it is first used */
  constructor(
    private readonly runFolder: string,
    first: StoredModel,
    engine: () => Promise<Engine>,
  ) {
    this.stored = first;
    const open = async (): Promise<Session> => {
      const ready = await engine();
      const stored = this.stored!;
      // From here on, newer weights are loaded into the session, once it is there.
      this.stored = null;
      try {
        return await stored.open(ready);
      } catch (error) {
        this.stored = stored;
        throw error;
      }
    };
    this.current = storedModel(first, new LateSession(open));
  }

  get model(): Model {
    return this.current;
  }

  /** Returns the model with weights that stay as they are until `release` is called. */
  snapshot(): { readonly model: Model; release(): void } {
    this.readers++;
    let isReleased = false;
    return {
      model: this.current,
      release: () => {
        if (!isReleased) this.readers--;
        isReleased = true;
      },
    };
  }

  /** Takes over the newest checkpoint if it is another one, unless a snapshot is in use. @returns whether it did */
  async renew(scheduler: Scheduler): Promise<boolean> {
    const { config, session } = this.current;
    if (this.readers > 0 || (await listCheckpoints(this.runFolder)).at(-1) === this.current.step)
      return false;
    if (this.stored !== null) {
      const next = await readStoredModel(this.runFolder);
      // It may have been opened meanwhile.
      if (this.stored === null || next.step === this.current.step) return false;
      this.stored = next;
      this.current = { ...this.current, step: next.step };
      return true;
    }
    const newest = await newestState(this.runFolder, config);
    if (newest === null || newest.state.step === this.current.step) return false;
    return scheduler.turn('background', async () => {
      if (this.readers > 0) return false;
      await session.load({ ...newest.state, slots: {} });
      this.current = { ...this.current, step: newest.state.step };
      return true;
    });
  }

  dispose(): void {
    this.current.session.dispose();
  }
}
