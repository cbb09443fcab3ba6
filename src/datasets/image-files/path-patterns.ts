import { DataError } from '../../images/data-error';

/** Selection of files in a folder or archive, by relative path. */
export interface PathPatterns {
  /** Patterns of files to use; all files if empty. */
  readonly include?: readonly string[];
  /** Patterns of files not to use. */
  readonly exclude?: readonly string[];
  /** Literal paths of files not to use. */
  readonly leftOut?: readonly string[];
}

const MAX_PATTERN_LENGTH = 1000;

/**
 * Returns a function that checks whether a path is selected. In a pattern, `*` matches any characters except '/', `?`
 * matches one character, and the path segment `**` any number of folders, including none. A pattern must match the whole
 * path; without '/', it matches the file name in any folder. Matching is case-sensitive.
 * @throws DataError for an empty pattern or one over 1000 characters
 */
export function pathMatcher({
  include = [],
  exclude = [],
  leftOut = [],
}: PathPatterns): (path: string) => boolean {
  const out = new Set(leftOut);
  const included = include.map(compile);
  const excluded = exclude.map(compile);
  return (path) => {
    if (out.has(path)) return false;
    const parts = path.split('/');
    const fits = (pattern: readonly string[]) => fitsParts(pattern, parts);
    return (included.length === 0 || included.some(fits)) && !excluded.some(fits);
  };
}

function compile(pattern: string): readonly string[] {
  if (pattern === '' || pattern.length > MAX_PATTERN_LENGTH) {
    const got = pattern === '' ? 'an empty pattern' : `a pattern of ${pattern.length} characters`;
    throw new DataError(`include and exclude: got ${got}, expected one such as 'cats/**' or '*.png'`);
  }
  const path = pattern.replaceAll('\\', '/').replace(/^\.\//, '');
  if (!path.includes('/')) return ['**', path];
  const parts = path.replace(/^\//, '').split('/');
  // `cats/` matches the contents of the folder.
  return parts.at(-1) === '' ? [...parts.slice(0, -1), '**'] : parts;
}

function fitsParts(pattern: readonly string[], parts: readonly string[]): boolean {
  return fits(
    pattern,
    parts,
    (part) => part === '**',
    (part, name) =>
      fits(
        [...part],
        [...name],
        (c) => c === '*',
        (c, d) => c === '?' || c === d,
      ),
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
