/**
 * Characters that terminals draw two columns wide: East Asian wide and fullwidth characters, and emoji. The ranges are those of
 * Unicode's EastAsianWidth.txt, merged over unassigned code points.
 */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
/** Characters that are drawn over the one before. */
const COMBINING = /^\p{M}/u;

const widthOf = (character: string): number => (COMBINING.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

/** Returns the number of terminal columns of a text without invisible characters (see `visibleText`). */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** Returns as much of the start of a text as fits in `columns`, and its width. */
export function clipToWidth(text: string, columns: number): { clipped: string; width: number } {
  let width = 0;
  let end = 0;
  for (const character of text) {
    const next = widthOf(character);
    if (width + next > columns) break;
    width += next;
    end += character.length;
  }
  return { clipped: text.slice(0, end), width };
}
