import type { Edit } from '../../src/protocol/engine';

/** Coordinates that a person has moved, by dimension; kept as texts, which is what a view's state holds. */
export class Edits {
  private readonly values: Map<number, number>;

  private constructor(values: Map<number, number>) {
    this.values = values;
  }

  /** Texts as `toTexts` gives; what is none, or of a dimension that is not below `latent`, is left out. */
  static from(texts: readonly string[], latent: number): Edits {
    const values = texts.flatMap((text): [number, number][] => {
      const [, dimension, value] = /^(\d+)=(-?[\d.]+)$/.exec(text) ?? [];
      const pair: [number, number] = [Number(dimension), Number(value)];
      return dimension !== undefined && pair[0] < latent && Number.isFinite(pair[1]) ? [pair] : [];
    });
    return new Edits(new Map(values));
  }

  get size(): number {
    return this.values.size;
  }

  get list(): Edit[] {
    return Array.from(this.values, ([dimension, value]) => ({ dimension, value }));
  }

  toTexts(): string[] {
    return this.list.map(({ dimension, value }) => `${dimension}=${value}`);
  }

  set(dimension: number, value: number): void {
    this.values.set(dimension, value);
  }

  clear(): void {
    this.values.clear();
  }

  get(dimension: number): number | undefined {
    return this.values.get(dimension);
  }

  /** The point with its coordinates replaced. */
  applied(point: Float32Array): Float32Array {
    const result = point.slice();
    for (const [dimension, value] of this.values) result[dimension] = value;
    return result;
  }
}
