/** Returns up to three examples, and whether there are more. */
export function examples(texts: readonly string[], count = texts.length): string {
  return texts.slice(0, 3).join(', ') + (count > 3 ? ', ...' : '');
}
