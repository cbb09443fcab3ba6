/** Quotes words for a POSIX shell, each as one word that nothing in it is expanded of; plain words stay as they are. */
export const shellQuote = (...words: readonly string[]): string =>
  words
    .map((word) => (/^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
