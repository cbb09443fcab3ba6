/** Generative factors of a digit image. The only other variation is in the shape of its strokes. */
export interface DigitFactors {
  /** The digit: the last decimal digit of the image index, so that classes are equally large. */
  readonly label: number;
  /** Variant of writing this digit, an index into `WAYS[label]`. */
  readonly way: number;
  /** Shear to the right per unit of height. */
  readonly slant: number;
  /** Pen width in pixels. */
  readonly thickness: number;
  /** Size relative to the standard box of 20 x 20 pixels. */
  readonly scale: number;
  /** Offset of the strokes' centre of mass from the image centre, in pixels, to the right (`x`) and down (`y`). */
  readonly x: number;
  readonly y: number;
}
