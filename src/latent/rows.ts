/** Returns the rows with the given indices, in that order. @param points d numbers each @param numbers the indices */
export function rowsOf(points: Float32Array, d: number, numbers: ArrayLike<number>): Float32Array {
  const rows = new Float32Array(numbers.length * d);
  for (let i = 0; i < numbers.length; i++) {
    const start = numbers[i]! * d;
    rows.set(points.subarray(start, start + d), i * d);
  }
  return rows;
}
