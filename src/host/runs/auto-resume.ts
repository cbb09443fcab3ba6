import type { Memento } from 'vscode';

/** Maximum number of automatic resumes of a run within `WINDOW_MS`. */
export const MAX_RESUMES = 3;
/** In ms. */
const WINDOW_MS = 3 * 60_000;

const STATE_KEY = 'trainedHere';
/** Maximum number of runs remembered, the newest. */
const MAX_REMEMBERED = 50;

/** Whether a training whose engine process died is resumed without asking. */
export type ResumeDecision = 'resume' | 'too-often' | 'ask';

/**
 * Decides which interrupted trainings are resumed: those that this window's workspace started, that have made progress, and at
 * most three times in three minutes.
 */
export class AutoResume {
  private readonly times = new Map<string, number[]>();

  /** @param now milliseconds of a monotonic clock */
  constructor(
    private readonly state: Memento,
    private readonly isWanted: () => boolean,
    private readonly now: () => number,
  ) {}

  /** Remembers, also for a reloaded window, that a training was started here and not in a terminal. */
  async startedHere(runFolder: string): Promise<void> {
    const others = this.remembered().filter((folder) => folder !== runFolder);
    await this.state.update(STATE_KEY, [...others, runFolder].slice(-MAX_REMEMBERED));
  }

  /** @param steps that were trained since the engine started, or since this window has known it */
  decide(runFolder: string, steps: number): ResumeDecision {
    if (!this.isWanted() || steps === 0 || !this.remembered().includes(runFolder)) return 'ask';
    const since = this.now() - WINDOW_MS;
    const recent = (this.times.get(runFolder) ?? []).filter((time) => time >= since);
    if (recent.length >= MAX_RESUMES) return 'too-often';
    this.times.set(runFolder, [...recent, this.now()]);
    return 'resume';
  }

  private remembered(): readonly string[] {
    const stored = this.state.get<unknown>(STATE_KEY);
    return Array.isArray(stored) ? stored.filter((folder) => typeof folder === 'string') : [];
  }
}
