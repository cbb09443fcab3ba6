/** The name of the importance-weighted bound of k draws, as in the field's papers: `L₂₀`. */
export const importanceName = (k: number): string =>
  `L${String(k).replace(/\d/g, (digit) => String.fromCodePoint(0x2080 + Number(digit)))}`;
