/** Cosine between two columns below which they count as orthogonal. */
const ORTHOGONALITY_TOLERANCE = 1e-14;
/** Fraction of the largest singular value below which a singular value is rounding error. */
const RANK_TOLERANCE = 1e-12;
const MAX_SWEEPS = 60;

export interface SingularPairs {
  /** n singular values, unordered. */
  readonly values: Float64Array;
  /** Row k is the left singular vector of value k; n × n, orthonormal. */
  readonly left: Float64Array;
  /** Row k is the right singular vector of value k; n × n, orthonormal. */
  readonly right: Float64Array;
}

/**
 * Computes the singular value decomposition of a square matrix by Hestenes' one-sided Jacobi rotations, which are as exact for
 * small singular values as for large ones. If the matrix leaves a left vector undetermined (a singular value of 0), that vector
 * is its right vector, made orthogonal to the other left vectors: a direction without information stays where it is.
 * @param matrix n × n, row-major; not modified @throws RangeError if it is not n × n
 */
export function singularPairs(matrix: Float64Array, n: number): SingularPairs {
  if (matrix.length !== n * n)
    throw new RangeError(`matrix: got ${matrix.length} numbers, expected ${n * n}`);
  // Columns are stored as rows, so that rotations access memory in order.
  const columns = new Float64Array(n * n);
  const right = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    right[i * n + i] = 1;
    for (let j = 0; j < n; j++) columns[j * n + i] = matrix[i * n + j]!;
  }
  for (let sweep = 0, turned = true; turned && sweep < MAX_SWEEPS; sweep++) {
    turned = false;
    for (let p = 0; p < n - 1; p++)
      for (let q = p + 1; q < n; q++) if (makeOrthogonal(columns, right, n, p, q)) turned = true;
  }
  const values = Float64Array.from({ length: n }, (_, k) => Math.sqrt(dot(columns, columns, n, k, k)));
  const least = RANK_TOLERANCE * Math.max(...values);
  const left = new Float64Array(n * n);
  const known = Array.from(values.keys()).filter((k) => values[k]! > least);
  for (const k of known) for (let i = 0; i < n; i++) left[k * n + i] = columns[k * n + i]! / values[k]!;
  for (let k = 0; k < n; k++) {
    if (values[k]! > least) continue;
    complete(left, right.subarray(k * n, (k + 1) * n), known, n, k);
    known.push(k);
  }
  return { values, left, right };
}

function dot(a: Float64Array, b: Float64Array, n: number, p: number, q: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[p * n + i]! * b[q * n + i]!;
  return sum;
}

/** Rotates columns p and q, and with them the right vectors, until orthogonal. @returns false if they already are */
function makeOrthogonal(
  columns: Float64Array,
  right: Float64Array,
  n: number,
  p: number,
  q: number,
): boolean {
  const alpha = dot(columns, columns, n, p, p);
  const beta = dot(columns, columns, n, q, q);
  const gamma = dot(columns, columns, n, p, q);
  if (gamma === 0 || Math.abs(gamma) <= ORTHOGONALITY_TOLERANCE * Math.sqrt(alpha * beta)) return false;
  const zeta = (beta - alpha) / (2 * gamma);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = c * t;
  for (const of of [columns, right]) {
    for (let i = 0; i < n; i++) {
      const x = of[p * n + i]!;
      const y = of[q * n + i]!;
      of[p * n + i] = c * x - s * y;
      of[q * n + i] = s * x + c * y;
    }
  }
  return true;
}

/** Sets left vector k to `wanted`, or to the first axis of which enough remains, made orthogonal to rows `known`. */
function complete(
  left: Float64Array,
  wanted: Float64Array,
  known: readonly number[],
  n: number,
  k: number,
): void {
  const own = left.subarray(k * n, (k + 1) * n);
  for (let axis = -1; axis < n; axis++) {
    if (axis < 0) own.set(wanted);
    else own.fill(0)[axis] = 1;
    // Twice, because the first pass leaves rounding errors if it removes much.
    for (let again = 0; again < 2; again++) {
      for (const other of known) {
        const along = dot(left, left, n, k, other);
        for (let i = 0; i < n; i++) own[i]! -= along * left[other * n + i]!;
      }
    }
    const length = Math.sqrt(dot(left, left, n, k, k));
    // Some axis keeps at least 1 / sqrt(n) of its length.
    if (length < (axis < 0 ? 1e-3 : 0.5 / Math.sqrt(n))) continue;
    for (let i = 0; i < n; i++) own[i]! /= length;
    return;
  }
}
