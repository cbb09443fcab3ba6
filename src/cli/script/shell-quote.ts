import { quoted } from '../../cluster/shell';

/** Quotes words for a POSIX shell: each stays one word, in which nothing is expanded. Plain words are left as they are. */
export const shellQuote = (...words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word) ? word : quoted(word))).join(' ');
