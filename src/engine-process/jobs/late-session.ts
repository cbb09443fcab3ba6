import type {
  BlockNoise,
  Chunk,
  ChunkMetrics,
  ImageBounds,
  Posteriors,
  Session,
  TrainingState,
  WeightSums,
} from '../../engine/engine';
import { atFirstUse } from '../at-first-use';

/**
 * A session that is opened by its first call. Loading an engine's library takes longer than reading all that a map shows, which needs no
 * engine. A call fails with the reason if it cannot be opened; the next one tries again.
 */
export class LateSession implements Session {
  private session: Session | null = null;
  private isDisposed = false;
  private readonly opened: () => Promise<Session>;

  constructor(open: () => Promise<Session>) {
    this.opened = atFirstUse(async () => {
      this.session = await open();
      // The process may be about to end.
      if (this.isDisposed) this.session.dispose();
      return this.session;
    });
  }

  async load(state: TrainingState): Promise<void> {
    await (await this.opened()).load(state);
  }

  async read(): Promise<TrainingState> {
    return (await this.opened()).read();
  }

  async train(chunk: Chunk): Promise<ChunkMetrics> {
    return (await this.opened()).train(chunk);
  }

  async encode(images: Uint8Array, count: number): Promise<Posteriors> {
    return (await this.opened()).encode(images, count);
  }

  async decode(z: Float32Array, count: number): Promise<Float32Array> {
    return (await this.opened()).decode(z, count);
  }

  async evaluate(
    images: Uint8Array,
    count: number,
    noise: Float32Array,
    draws: number,
  ): Promise<ImageBounds> {
    return (await this.opened()).evaluate(images, count, noise, draws);
  }

  async drawsNoise(): Promise<boolean> {
    return (await this.opened()).drawsNoise();
  }

  async importance(images: Uint8Array, count: number, noise: BlockNoise): Promise<WeightSums> {
    return (await this.opened()).importance(images, count, noise);
  }

  tensorCount(): number {
    return this.session?.tensorCount() ?? 0;
  }

  dispose(): void {
    this.isDisposed = true;
    this.session?.dispose();
  }
}
