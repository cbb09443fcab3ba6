/** Probabilities of classes, a row per image or point: which is the most probable, which matter, and how they change. */

/** Returns the class with the largest probability of each row; the first of equal ones. */
export function mostProbable(values: Float32Array, classes: number): Uint32Array {
  return Uint32Array.from({ length: values.length / classes }, (_, row) => {
    let best = 0;
    for (let k = 1; k < classes; k++)
      if (values[row * classes + k]! > values[row * classes + best]!) best = k;
    return best;
  });
}

/** Returns the `most` classes with the largest numbers, the largest first; of equal ones the lower class. */
export function leadingClasses(numbers: ArrayLike<number>, most: number): Uint32Array {
  const order = Array.from({ length: numbers.length }, (_, k) => k);
  order.sort((a, b) => numbers[b]! - numbers[a]! || a - b);
  return Uint32Array.from(order.slice(0, most));
}

/** Returns the largest probability that each class has in any row. */
export function largestOf(values: Float32Array, classes: number): Float32Array {
  const largest = new Float32Array(classes);
  values.forEach((value, i) => {
    const k = i % classes;
    if (value > largest[k]!) largest[k] = value;
  });
  return largest;
}

/** Returns some columns of rows. @returns rows × columns.length */
export function columnsOf(values: Float32Array, classes: number, columns: Uint32Array): Float32Array {
  const rows = values.length / classes;
  const result = new Float32Array(rows * columns.length);
  for (let row = 0; row < rows; row++)
    columns.forEach((k, i) => (result[row * columns.length + i] = values[row * classes + k]!));
  return result;
}

/** The mean over images of how a class's probability changes, and the standard error of that mean. */
export interface MeanChange {
  readonly mean: Float64Array;
  /** s / sqrt(n), where s² is the variance over the images with n - 1 degrees of freedom; NaN for a single image. */
  readonly standardError: Float64Array;
}

/** Returns mean and standard error of after - before, for each class. @param before @param after images × classes */
export function meanChange(before: Float32Array, after: Float32Array, classes: number): MeanChange {
  const count = before.length / classes;
  const mean = new Float64Array(classes);
  const squares = new Float64Array(classes);
  before.forEach((value, i) => (mean[i % classes]! += (after[i]! - value) / count));
  before.forEach((value, i) => (squares[i % classes]! += (after[i]! - value - mean[i % classes]!) ** 2));
  return { mean, standardError: squares.map((sum) => Math.sqrt(sum / (count - 1) / count)) };
}
