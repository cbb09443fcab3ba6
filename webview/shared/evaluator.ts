import { computed, signal } from '@preact/signals';
import type { Evaluation } from '../../src/protocol/engine';
import type { ExplorerClient } from './explorer-client';

/** What is used of a run's session. */
interface Session {
  readonly client: ExplorerClient;
  attempt(source: 'action', call: () => Promise<unknown>): Promise<void>;
  noteEvaluation(evaluation: Evaluation): void;
}

/** k of the importance-weighted bound, and the maximum number of images: a few seconds of work for a small model. */
export const IMPORTANCE_DRAWS = 500;
export const MAX_IMAGES = 500;

/** Evaluates the newest weights on the test split; the result stays for the session (`RunSession.evaluation`). */
export class Evaluator {
  private readonly running = signal<AbortController | null>(null);

  constructor(private readonly session: Session) {}

  readonly isRunning = computed(() => this.running.value !== null);

  /** Begins an evaluation; does nothing while one is running. A failure is reported as one of an action. */
  async start(): Promise<void> {
    if (this.running.peek() !== null) return;
    const controller = new AbortController();
    this.running.value = controller;
    await this.session.attempt('action', async () => {
      try {
        const params = { split: 'test', importance: IMPORTANCE_DRAWS, limit: MAX_IMAGES } as const;
        this.session.noteEvaluation(await this.session.client.call('evaluate', params, controller.signal));
      } catch (error) {
        // Cancelling is not an error.
        if (!controller.signal.aborted) throw error;
      }
    });
    if (this.running.peek() === controller) this.running.value = null;
  }

  cancel(): void {
    this.running.peek()?.abort();
    this.running.value = null;
  }
}
