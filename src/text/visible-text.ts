/**
 * Text that others wrote (names, labels, messages of parsers) as one line for a log, a terminal or a notification. It cannot
 * begin a line, move a cursor, turn the direction of what stands beside it, or hide a part of itself.
 */

/**
 * Control (C0, DEL, C1) and format characters (direction marks, zero width, tags), line and paragraph separators, and halves of
 * surrogate pairs.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Stands where text was cut. */
const CUT = '…';

/** More than a name needs, and so short that it cannot push everything else out of sight. In UTF-16 code units. */
export const MAX_NAME_LENGTH = 120;

/** The longest line of a log or a terminal: that of a long message or a stack trace. In UTF-16 code units. */
export const MAX_LINE_LENGTH = 10_000;

const escaped = (character: string): string =>
  SHORT[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`;

/**
 * The text in one line: what cannot be seen is written as `\n`, `\u{1b}` or `\u{202e}`.
 * @param maxLength in UTF-16 code units; what is longer ends in `…`
 */
export function visibleText(text: string, maxLength = MAX_LINE_LENGTH): string {
  // Cut first: of a text of a gigabyte not all is searched. One more character tells that there is more.
  const visible = text.slice(0, maxLength + 1).replace(HIDDEN, escaped);
  if (visible.length <= maxLength) return visible;
  // Not between the halves of a pair.
  return visible.slice(0, Math.max(0, maxLength - 1)).replace(/[\ud800-\udbff]$/, '') + CUT;
}

/** The same value as JSON: what cannot be seen in its strings is written as `\u202e`. */
export function visibleJson(value: object): string {
  return JSON.stringify(value).replace(HIDDEN, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
