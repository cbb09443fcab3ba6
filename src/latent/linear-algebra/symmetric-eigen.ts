/** Share of the squared elements off the diagonal below which a matrix counts as diagonal. */
const DIAGONAL_TOLERANCE = 1e-24;
const MAX_SWEEPS = 60;

export interface Eigenpairs {
  /** Eigenvalues, descending. */
  readonly values: Float64Array;
  /** Row k is the unit eigenvector of value k; its element of largest magnitude is positive. n × n. */
  readonly vectors: Float64Array;
}

/**
 * Computes eigenvalues and eigenvectors of a symmetric matrix by Jacobi rotations, which are exact to rounding even for close
 * eigenvalues, like those of latent means. About 8 n^3 multiplications per sweep, and about ten sweeps.
 * @param matrix n × n; not modified @throws RangeError if it is not n × n
 */
export function eigenpairs(matrix: Float64Array, n: number): Eigenpairs {
  if (matrix.length !== n * n)
    throw new RangeError(`matrix: got ${matrix.length} numbers, expected ${n * n}`);
  const a = matrix.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  const whole = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < MAX_SWEEPS && offDiagonal(a, n) > DIAGONAL_TOLERANCE * whole; sweep++) {
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j]! - a[i * n + i]! || i - j);
  const vectors = new Float64Array(n * n);
  order.forEach((i, k) => vectors.set(withSign(v.subarray(i * n, (i + 1) * n)), k * n));
  return { values: Float64Array.from(order, (i) => a[i * n + i]!), vectors };
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) sum += a[p * n + q]! ** 2;
  return 2 * sum;
}

/**
 * Makes a[p, q] zero by a rotation in the plane of p and q, which it also applies to `v`, whose rows become the eigenvectors.
 */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!;
  if (apq === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) turn(a, k * n + p, k * n + q, c, s);
  for (let k = 0; k < n; k++) turn(a, p * n + k, q * n + k, c, s);
  for (let k = 0; k < n; k++) turn(v, p * n + k, q * n + k, c, s);
  a[p * n + q] = a[q * n + p] = 0;
}

function turn(of: Float64Array, i: number, j: number, c: number, s: number): void {
  const x = of[i]!;
  const y = of[j]!;
  of[i] = c * x - s * y;
  of[j] = s * x + c * y;
}

/**
 * Returns the vector or its equally valid opposite, so that its element of largest magnitude (the first of equals) is positive.
 */
function withSign(vector: Float64Array): Float64Array {
  let largest = 0;
  vector.forEach((value, i) => {
    // Elements that differ only by rounding count as equal.
    if (Math.abs(value) > Math.abs(vector[largest]!) * (1 + 1e-9)) largest = i;
  });
  return vector[largest]! < 0 ? vector.map((value) => -value) : vector;
}
