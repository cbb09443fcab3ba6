/** How long points take to another step, in ms: less than a playing time takes from one to the next. */
export const GLIDE_MS = 160;

type Places = readonly [x: Float32Array, y: Float32Array];

/** Moves points evenly from where they are to other places. A point that is nowhere, before or after, does not glide. */
export class Glide {
  /** Places between both, filled by `at`. */
  private readonly between: Places;

  constructor(
    private readonly from: Places,
    private readonly to: Places,
    /** Begin, in ms. */
    private readonly begin: number,
  ) {
    this.between = [new Float32Array(to[0].length), new Float32Array(to[0].length)];
  }

  /** Returns the places at a time in ms; the last ones from its end on, which are those that it was made with. */
  at(now: number): { readonly places: Places; readonly isOver: boolean } {
    const share = Math.max(0, (now - this.begin) / GLIDE_MS);
    if (share >= 1) return { places: this.to, isOver: true };
    for (const axis of [0, 1] as const) {
      const [from, to, between] = [this.from[axis], this.to[axis], this.between[axis]];
      for (let i = 0; i < to.length; i++) {
        const [a, b] = [from[i]!, to[i]!];
        between[i] = Number.isFinite(a) ? a + share * (b - a) : b;
      }
    }
    return { places: this.between, isOver: false };
  }
}
