import type { CoordinateEdit } from '../../src/protocol/schemas/engine';

/** Coordinates edited by the user, by dimension; stored as strings in the view state. */
export class Edits {
  private readonly values: Map<number, number>;

  private constructor(values: Map<number, number>) {
    this.values = values;
  }

  /** Parses strings made by `toTexts`; ignores malformed strings and dimensions not below `latent`. */
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

  get list(): CoordinateEdit[] {
    return Array.from(this.values, ([dimension, value]) => ({ dimension, value }));
  }

  toTexts(): string[] {
    return this.list.map(({ dimension, value }) => `${dimension}=${value}`);
  }

  /** Returns these edits with one more, or with another value of a coordinate. */
  with(dimension: number, value: number): Edits {
    return new Edits(new Map([...this.values, [dimension, value]]));
  }

  get(dimension: number): number | undefined {
    return this.values.get(dimension);
  }

  /** Returns a copy of the point with the edited coordinates. */
  applied(point: Float32Array): Float32Array {
    const result = point.slice();
    for (const [dimension, value] of this.values) result[dimension] = value;
    return result;
  }
}
