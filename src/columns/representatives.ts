/** A random permutation of 0 to length - 1, different for each block. */
type Shuffle = (block: number, length: number) => Uint32Array;

interface Candidate {
  readonly row: number;
  readonly label: number;
  /** Number of rows with this label. */
  readonly size: number;
  readonly turn: number;
}

/**
 * Picks up to `count` rows that represent all of them: from each class in proportion to its size, but at least one, the commonest
 * classes first; within a class, by a random draw. Rows without a label (-1) count as one more class.
 *
 * The places are given by Webster's method (Sainte-Laguë), after one for each class: a class of n rows that has s places gets the
 * next one if n / (2 s + 1) is the largest. So a shorter choice is the beginning of a longer one, and the choice of all rows is an
 * order of which every beginning represents the whole.
 * @param labels class of each row, by row; null if there are no classes @returns rows, in the order of the choice
 */
export function representatives(
  rows: ArrayLike<number>,
  labels: ArrayLike<number> | null,
  count: number,
  shuffle: Shuffle,
): Uint32Array {
  const classes = new Map<number, number[]>();
  for (let i = 0; i < rows.length; i++) {
    const label = labels === null ? -1 : labels[rows[i]!]!;
    const members = classes.get(label);
    if (members === undefined) classes.set(label, [rows[i]!]);
    else members.push(rows[i]!);
  }
  const candidates: Candidate[] = [];
  for (const [label, members] of classes) {
    const size = members.length;
    const order = shuffle(label + 1, size);
    for (let place = 0; place < Math.min(count, size); place++) {
      const turn = place === 0 ? 0 : (2 * place + 1) / size;
      candidates.push({ row: members[order[place]!]!, label, size, turn });
    }
  }
  candidates.sort((a, b) => a.turn - b.turn || b.size - a.size || a.label - b.label);
  return Uint32Array.from(candidates.slice(0, count), ({ row }) => row);
}
