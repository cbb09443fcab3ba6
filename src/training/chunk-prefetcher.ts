import type { Chunk } from '../engine/engine';

/** Draws the minibatches and noise of consecutive steps, in this or another thread. */
export type DrawChunk = (firstStep: number, steps: number) => Promise<Chunk>;

/** Prefetches the next chunk while the engine trains on the current one. */
export class ChunkPrefetcher {
  private ahead: {
    readonly firstStep: number;
    readonly steps: number;
    readonly chunk: Promise<Chunk>;
  } | null = null;

  constructor(private readonly draw: DrawChunk) {}

  /** Returns the prefetched chunk if it starts at `firstStep`, however long it is, else draws one of `steps` steps. */
  take(firstStep: number, steps: number): Promise<Chunk> {
    const { ahead } = this;
    this.ahead = null;
    return ahead?.firstStep === firstStep ? ahead.chunk : this.draw(firstStep, steps);
  }

  /** Starts prefetching a chunk. */
  announce(firstStep: number, steps: number): void {
    const chunk = this.draw(firstStep, steps);
    // `take` reports a failure; without this handler it is unhandled if training ends first.
    chunk.catch(() => undefined);
    this.ahead = { firstStep, steps, chunk };
  }
}
