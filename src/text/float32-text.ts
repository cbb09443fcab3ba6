/** Returns the shortest decimal of at most 9 digits that rounds to the same float32. */
export function float32Text(value: number): string {
  const rounded = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const text = rounded.toPrecision(digits);
    if (Math.fround(Number(text)) === rounded) return String(Number(text));
  }
  return String(Number(rounded.toPrecision(9)));
}
