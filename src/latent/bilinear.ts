import { linear } from './path';

/** Top left, top right, bottom left, bottom right. */
export type Corners<T> = readonly [T, T, T, T];

/**
 * Interpolates side² points (side at least 2) between four corners, row by row from the top: linearly down the left and right
 * edges, and linearly between these. The corners are exact, bit for bit. @returns side² × Nz
 */
export function bilinear([a, b, c, d]: Corners<Float32Array>, side: number): Float32Array {
  const z = new Float32Array(side * side * a.length);
  for (let row = 0; row < side; row++) {
    const down = row / (side - 1);
    const [left, right] = [linear(a, c, down), linear(b, d, down)];
    for (let column = 0; column < side; column++) {
      z.set(linear(left, right, column / (side - 1)), (row * side + column) * a.length);
    }
  }
  return z;
}

/** Returns the indices of the corner points. */
export function cornersOf(side: number): Corners<number> {
  return [0, side - 1, side * (side - 1), side * side - 1];
}
