import { formatCount } from '../text/format-count';

/**
 * Lists a few of many for a message: `a, b, c and 4 more`.
 * @param texts at least the first ones @param count of all @param limit most that are named
 */
export function listExamples(texts: readonly string[], count = texts.length, limit = 3): string {
  const named = texts.slice(0, limit);
  const more = count - named.length;
  return named.join(', ') + (more > 0 ? ` and ${formatCount(more)} more` : '');
}
