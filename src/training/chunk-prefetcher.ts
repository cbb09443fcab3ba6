import type { Chunk } from '../engine/engine';

/** Draws the minibatches and the noise of consecutive steps; where is not its user's business. */
export type DrawChunk = (firstStep: number, steps: number) => Promise<Chunk>;

/** Has the next chunk drawn while the engine works on the current one. */
export class ChunksAhead {
  private ahead: {
    readonly firstStep: number;
    readonly steps: number;
    readonly chunk: Promise<Chunk>;
  } | null = null;

  constructor(private readonly draw: DrawChunk) {}

  /** The chunk that begins at a step: the one that was announced, else one of `steps` steps. */
  take(firstStep: number, steps: number): Promise<Chunk> {
    const { ahead } = this;
    this.ahead = null;
    return ahead?.firstStep === firstStep ? ahead.chunk : this.draw(firstStep, steps);
  }

  /** Announces the chunk after the current one. */
  announce(firstStep: number, steps: number): void {
    const chunk = this.draw(firstStep, steps);
    // Whoever takes it deals with its failure; training may end before.
    chunk.catch(() => undefined);
    this.ahead = { firstStep, steps, chunk };
  }
}
