import { signal } from '@preact/signals';
import { RpcError, toFailure } from '../../src/protocol/rpc';

/** What each run has answered to the same question; runs answer as they can, and a failure of one is shown in its place. */
export class RunsAnswers<T> {
  private readonly answered = signal<ReadonlyMap<string, T>>(new Map());
  private readonly failed = signal<ReadonlyMap<string, string>>(new Map());
  private round = 0;

  /** Returns the newest answer of a run; undefined before there is one. */
  of(uri: string): T | undefined {
    return this.answered.value.get(uri);
  }

  /** Returns why a run could not answer the last question; empty if it could, or has not yet. */
  trouble(uri: string): string {
    return this.failed.value.get(uri) ?? '';
  }

  /** Asks all runs. Their older answers stay until the new ones are there; answers to an earlier question are dropped. */
  ask(uris: readonly string[], ask: (uri: string) => Promise<T>): void {
    const own = ++this.round;
    this.failed.value = new Map();
    for (const uri of uris) {
      ask(uri).then(
        (answer) => {
          if (own === this.round) this.answered.value = new Map(this.answered.peek()).set(uri, answer);
        },
        (error: unknown) => {
          if (own !== this.round || (error instanceof RpcError && error.code === 'superseded')) return;
          const others = new Map(this.answered.peek());
          others.delete(uri);
          this.answered.value = others;
          this.failed.value = new Map(this.failed.peek()).set(uri, toFailure(error).message);
        },
      );
    }
  }

  /** Drops all answers, which no longer belong to what is asked. */
  clear(): void {
    this.answered.value = new Map();
  }
}
