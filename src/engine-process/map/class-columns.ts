import { MAX_CLASS_COLUMNS } from '../../protocol/classifier';
import type { MapField } from '../../protocol/map';
import { columnsOf, leadingClasses, mostProbable } from '../../columns/class-probabilities';

/** A column of what a classifier says about images. */
export interface ClassColumn extends MapField {
  /** Returns a value for each of some consecutive images. */
  values(first: number, count: number): Float64Array;
}

interface Said {
  readonly names: readonly string[];
  /** images × classes. */
  readonly values: Float32Array;
}

/**
 * Returns the columns of what a classifier says: the most probable class, its probability, and the probability of each class; of many
 * classes, of those that are the most probable of the most images.
 * @param taken names of other columns
 */
export function classColumns({ names, values }: Said, taken: readonly string[]): ClassColumn[] {
  const classes = names.length;
  const top = mostProbable(values, classes);
  const counts = new Uint32Array(classes);
  for (const k of top) counts[k]!++;
  const shown = leadingClasses(counts, MAX_CLASS_COLUMNS).sort();
  const known = new Set(taken);
  const free = (name: string): string => {
    let own = name;
    for (let i = 2; known.has(own); i++) own = `${name} (${i})`;
    known.add(own);
    return own;
  };
  const part = (first: number, count: number, of: (row: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => of(first + i));
  return [
    {
      name: free('predicted class'),
      names,
      values: (first, count) => part(first, count, (row) => top[row]!),
    },
    {
      name: free('probability of the predicted class'),
      names: null,
      values: (first, count) => part(first, count, (row) => values[row * classes + top[row]!]!),
    },
    ...Array.from(shown, (k) => columnOf({ names, values }, k, free(nameOf(names[k]!)))),
  ];
}

/** Returns the column of a class that has none among `classColumns`, by the column's name; null if there is no such class. */
export function classColumn(said: Said, name: string): ClassColumn | null {
  const k = said.names.findIndex((each) => nameOf(each) === name);
  return k < 0 ? null : columnOf(said, k, name);
}

/** Returns the name of a class's column. */
export const nameOf = (className: string): string => `probability: ${className}`;

function columnOf({ names, values }: Said, k: number, name: string): ClassColumn {
  const classes = names.length;
  return {
    ...{ name, names: null },
    values: (first, count) =>
      Float64Array.from(
        columnsOf(values.subarray(first * classes, (first + count) * classes), classes, Uint32Array.of(k)),
      ),
  };
}
