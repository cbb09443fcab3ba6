import type { Memento } from 'vscode';
import type { RestartLimit } from '../../shared/restart-limit';

const STATE_KEY = 'trainedHere';
/** Maximum number of runs remembered, the newest. */
const MAX_REMEMBERED = 50;

/** Whether a training whose engine process died is resumed without asking. */
export type ResumeDecision = 'resume' | 'too-often' | 'ask';

/** Decides which interrupted trainings are resumed: those that this workspace's windows started and that have made progress. */
export class AutoResume {
  constructor(
    private readonly state: Memento,
    private readonly isWanted: () => boolean,
    private readonly limit: RestartLimit,
  ) {}

  /** Remembers, also for a reloaded window, that a training was started here and not in a terminal. */
  async startedHere(runFolder: string): Promise<void> {
    const others = this.remembered().filter((folder) => folder !== runFolder);
    await this.state.update(STATE_KEY, [...others, runFolder].slice(-MAX_REMEMBERED));
  }

  /** @param steps that were trained since the engine started, or since this window has known it */
  decide(runFolder: string, steps: number): ResumeDecision {
    if (!this.isWanted() || steps === 0 || !this.remembered().includes(runFolder)) return 'ask';
    return this.limit.allows(runFolder) ? 'resume' : 'too-often';
  }

  private remembered(): readonly string[] {
    const stored = this.state.get<unknown>(STATE_KEY);
    return Array.isArray(stored) ? stored.filter((folder) => typeof folder === 'string') : [];
  }
}
