/** What the picture of a digit was made from. Everything else that varies is the wobble of its strokes. */
export interface DigitFactors {
  /** The digit: the image number's last decimal, so the classes are equally large. */
  readonly label: number;
  /** Which of the ways to write this digit, an index of `WAYS[label]`. */
  readonly way: number;
  /** Shear to the right per unit of height. */
  readonly slant: number;
  /** Width of the pen in pixels. */
  readonly thickness: number;
  /** Size relative to the usual one, a box of 20 x 20 pixels. */
  readonly scale: number;
  /** Offset of the strokes' centre of mass from the image's centre, in pixels, to the right and down. */
  readonly x: number;
  readonly y: number;
}
