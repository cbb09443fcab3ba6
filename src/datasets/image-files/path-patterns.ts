import { DataError } from '../../images/data-error';

/** Which files of a folder or an archive are meant, by their paths relative to it. */
export interface PathPatterns {
  /** Only files that one of these fits; all, where there are none. */
  readonly include?: readonly string[];
  /** But no file that one of these fits. */
  readonly exclude?: readonly string[];
  /** And none of these paths, which are no patterns. */
  readonly leftOut?: readonly string[];
}

const MAX_PATTERN_LENGTH = 1000;

/**
 * Tells whether a path is meant. In a pattern `*` stands for any characters but '/', `?` for one, and the part `**` for
 * any number of folders, also none. A pattern fits the whole path; one without '/' fits the file's name in any folder.
 * Capitals count.
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
  // `cats/` means what is in it.
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
 * Whether `pattern` fits all of `text`, where some elements of it stand for any number of elements. When it fails behind
 * such an element, only the last one takes one more: so the time is at most the product of the lengths.
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
