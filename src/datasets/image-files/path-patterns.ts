import { DataError } from '../../images/data-error';
import type { ReadingRules } from '../../domain/reading';
import { comparedPath, plainPath, relativePath } from '../path-lookup';
import type { PathForms } from '../path-lookup';
import { expandBraces } from './braces';

/** How patterns are compared with paths; by the rules 1, character by character and without braces. */
export interface PatternForms extends PathForms {
  readonly rules?: ReadingRules;
}

const MAX_PATTERN_LENGTH = 1000;

/** A path that is checked against patterns. */
export type CheckedPath = readonly (readonly string[])[];

/** A pattern of paths. */
export class PathPattern {
  private readonly alternatives: readonly (readonly (readonly string[])[])[];

  /**
   * In a pattern, `*` matches any characters except '/', `?` matches one character, the path segment `**` any number of
   * folders, including none, and `{a,b}` either. A pattern must match the whole path; without '/', it matches the file name
   * in any folder. Capitals matter, unless the file system ignores them; the composition of Unicode does not.
   * @throws DataError for an empty pattern, one over 1000 characters, or too many braces
   */
  constructor(
    readonly text: string,
    forms: PatternForms = {},
  ) {
    const isLiteral = forms.rules === 1;
    const isEmpty = (isLiteral ? text : plainPath(text)) === '';
    if (isEmpty || text.length > MAX_PATTERN_LENGTH) {
      const got = isEmpty ? 'an empty pattern' : `a pattern of ${text.length} characters`;
      throw new DataError(`include and exclude: got ${got}, expected one such as 'cats/**' or '*.png'`);
    }
    const pattern = isLiteral ? text.replaceAll('\\', '/').replace(/^\.\//, '') : plainPath(text);
    const given = isLiteral ? [pattern] : expandBraces(pattern);
    this.alternatives = given
      .map((each) => (isLiteral ? each : relativePath(comparedPath(each, forms), forms)))
      .map((each) => segments(each).map((segment) => [...segment]));
  }

  fits(path: CheckedPath): boolean {
    return this.alternatives.some((alternative) => fits(alternative, path, isAnyFolders, fitsSegment));
  }
}

/** Prepares a path for `PathPattern.fits`. */
export function checkedPath(path: string, forms: PatternForms): CheckedPath {
  const compared = forms.rules === 1 ? path : comparedPath(path, forms);
  return compared.split('/').map((segment) => [...segment]);
}

function segments(pattern: string): readonly string[] {
  if (!pattern.includes('/')) return ['**', pattern];
  const parts = pattern.replace(/^\//, '').split('/');
  // `cats/` matches the contents of the folder.
  return parts.at(-1) === '' ? [...parts.slice(0, -1), '**'] : parts;
}

const isAnyFolders = (segment: readonly string[]): boolean =>
  segment.length === 2 && segment[0] === '*' && segment[1] === '*';

function fitsSegment(pattern: readonly string[], name: readonly string[]): boolean {
  return fits(
    pattern,
    name,
    (c) => c === '*',
    (c, d) => c === '?' || c === d,
  );
}

/**
 * Whether `pattern` matches all of `text`; wildcards (`isMany`) match any number of elements. On a mismatch only the last
 * wildcard is extended by one element, so the running time is at most the product of the lengths.
 */
function fits<P, T>(
  pattern: readonly P[],
  text: readonly T[],
  isMany: (element: P) => boolean,
  isOne: (element: P, of: T) => boolean,
): boolean {
  let [p, t] = [0, 0];
  let many: { readonly p: number; t: number } | undefined;
  while (t < text.length) {
    if (p < pattern.length && isMany(pattern[p]!)) many = { p: p++, t };
    else if (p < pattern.length && isOne(pattern[p]!, text[t]!)) [p, t] = [p + 1, t + 1];
    else if (many) [p, t] = [many.p + 1, ++many.t];
    else return false;
  }
  while (p < pattern.length && isMany(pattern[p]!)) p++;
  return p === pattern.length;
}
