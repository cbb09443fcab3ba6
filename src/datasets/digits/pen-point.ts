/** A point of a pen stroke in pixels, with the radius of the pen there. */
export interface PenPoint {
  x: number;
  y: number;
  radius: number;
}
