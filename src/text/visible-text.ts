/**
 * Makes external text (names, labels, messages of parsers) safe as one line of a log, a terminal or a notification. It cannot
 * start a new line, move a cursor, change the direction of adjacent text, or hide a part of itself.
 */

/**
 * Control (C0, DEL, C1) and format characters (direction marks, zero width, tags), line and paragraph separators, and lone
 * surrogates.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Marks where text was cut. */
const CUT = '…';

/** Maximum length of a name, in UTF-16 code units: more than a name needs, and too short to push other content out of sight. */
export const MAX_NAME_LENGTH = 120;

/** Maximum length of a line of a log or a terminal, in UTF-16 code units; fits a long message or a stack trace. */
export const MAX_LINE_LENGTH = 10_000;

const escaped = (character: string): string =>
  SHORT[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`;

/**
 * Returns the text in one line, with invisible characters written as `\n`, `\u{1b}` or `\u{202e}`.
 * @param maxLength in UTF-16 code units; longer text is cut and ends in `…`
 */
export function visibleText(text: string, maxLength = MAX_LINE_LENGTH): string {
  // Cut first, so that a text of a gigabyte is not searched in full. One extra character shows that there is more.
  const visible = text.slice(0, maxLength + 1).replace(HIDDEN, escaped);
  if (visible.length <= maxLength) return visible;
  // Do not cut between the halves of a surrogate pair.
  return visible.slice(0, Math.max(0, maxLength - 1)).replace(/[\ud800-\udbff]$/, '') + CUT;
}

/** Returns the value as JSON, with invisible characters in its strings written as `\u202e`. */
export function visibleJson(value: object): string {
  return JSON.stringify(value).replace(HIDDEN, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
