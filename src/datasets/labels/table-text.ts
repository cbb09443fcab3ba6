import { DataError } from '../../images/data-error';

/** The text of a table, and how its bytes were read. */
export interface TableText {
  readonly text: string;
  /** Name of the encoding; `isGuessed` if nothing in the file says so. */
  readonly encoding: string;
  readonly isGuessed: boolean;
}

/** Image names that are looked for in the text, to recognise its encoding. */
const MAX_NAMES = 200;

/**
 * Decodes a table: UTF-16 and UTF-8 by their byte order marks, otherwise UTF-8 if the bytes are valid in it, otherwise by a code
 * page. Of the code pages in which all bytes are characters, it is the one in whose text most of the images' names occur; if no
 * such name decides, the first whose text looks like its languages, and Western European otherwise.
 * @param names of the images
 * @throws DataError for UTF-32, which no decoder knows
 */
export function decodeTable(bytes: Uint8Array, names: readonly string[]): TableText {
  const starts = (...mark: number[]) => mark.every((byte, i) => bytes[i] === byte);
  if (starts(0xff, 0xfe, 0, 0) || starts(0, 0, 0xfe, 0xff)) {
    throw new DataError('text in UTF-32, expected UTF-8 or UTF-16; save it as UTF-8');
  }
  const marked = starts(0xff, 0xfe) ? 'utf-16le' : starts(0xfe, 0xff) ? 'utf-16be' : null;
  const unmarked = marked ?? wideOrder(bytes);
  if (unmarked) {
    const text = new TextDecoder(unmarked).decode(bytes);
    return { text, encoding: unmarked.toUpperCase(), isGuessed: marked === null };
  }
  const utf8 = decodedOrNull('utf-8', bytes);
  if (utf8 !== null) return { text: utf8, encoding: 'UTF-8', isGuessed: false };
  const texts = CODE_PAGES.flatMap((page) => {
    const text = page.encoding === 'windows-1252' ? windows1252(bytes) : decodedOrNull(page.encoding, bytes);
    return text === null || CONTROLS.test(text) ? [] : [{ page, text }];
  });
  const special = names.filter((name) => /[^\0-\x7f]/.test(name)).slice(0, MAX_NAMES);
  const hits = texts.map(({ text }) => special.filter((name) => text.includes(name)).length);
  const most = Math.max(0, ...hits);
  const chosen =
    (most > 0 ? texts[hits.indexOf(most)] : undefined) ??
    texts.find(({ page, text }) => page.isLikely?.(text, hasPairs(bytes)));
  return {
    text: chosen?.text ?? windows1252(bytes),
    encoding: chosen?.page.name ?? CODE_PAGES[0]!.name,
    isGuessed: true,
  };
}

/** Recognises UTF-16 without a byte order mark: nearly every other byte of a table is zero. */
function wideOrder(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const start = bytes.subarray(0, 512);
  if (start.length < 4) return null;
  const zeros = [0, 1].map((odd) => start.filter((byte, i) => i % 2 === odd && byte === 0).length);
  const half = start.length / 2;
  if (zeros[1]! > 0.8 * half && zeros[0] === 0) return 'utf-16le';
  return zeros[0]! > 0.8 * half && zeros[1] === 0 ? 'utf-16be' : null;
}

/** Characters that no table has: controls other than tab and new lines, replacements and private ones. */
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]/;

interface CodePage {
  /** As TextDecoder calls it. */
  readonly encoding: string;
  /** For people. */
  readonly name: string;
  /**
   * Whether a text looks like the languages of the page; without it, only names of images can choose the page.
   * @param pairs whether all bytes above 127 come in pairs
   */
  readonly isLikely?: (text: string, pairs: boolean) => boolean;
}

const CYRILLIC = /[\u0400-\u04ff]+/g;

/** Words as people write them: not a capital in the middle of small letters. */
function isCyrillic(text: string): boolean {
  const words = text.match(CYRILLIC) ?? [];
  const isOther = /[^\0-\x7f\u0400-\u04ff\xab\xbb\u2013\u2014\u2116]/.test(text);
  return words.length > 0 && !isOther && words.every((word) => /^(\p{Lu}?\p{Ll}+|\p{Lu}+)$/u.test(word));
}

/** Accented letters stand alone or in twos, and a capital does not follow a small letter. */
function isWestern(text: string): boolean {
  return (
    !/[^\0-\x7f]{3}/.test(text) &&
    !/[^\0-\x7f]{2}/.test(text.replace(/[\xc0-\xff\u0160\u0161\u017d\u017e\u0178\u0152\u0153]{2}/g, '')) &&
    !/\p{L}(?![A-Z])\p{Lu}\p{Ll}/u.test(text)
  );
}

const consistsOf =
  (characters: RegExp, needed: RegExp) =>
  (text: string): boolean =>
    !characters.test(text) && needed.test(text);

// Punctuation and forms of full width that all East Asian tables share.
const KANA = consistsOf(/[^\0-\x7f\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e]/, /[\u3041-\u3096\u30a1-\u30fa]/);
const HANGUL = consistsOf(/[^\0-\x7f\u3000-\u303f\uac00-\ud7a3\uff01-\uff5e]/, /[\uac00-\ud7a3]/);
const HANZI = consistsOf(
  /[^\0-\x7f\u2018-\u201d\u2026\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e]/,
  /[\u4e00-\u9fff]/,
);

/**
 * In the order in which they are tried. Western European comes first because most tables that are not UTF-8 are in it, and its
 * test excludes the others, whose words it shows as rows of accented letters. Kana and Hangul are only in Japanese and Korean
 * texts, while the bytes of both are also valid in the Chinese pages, which therefore follow. Japanese, Korean and simplified
 * Chinese pages use pairs of high bytes; Shift JIS and Big5 also use low second bytes. The last four are told from Cyrillic by
 * nothing but names of images.
 */
const CODE_PAGES: readonly CodePage[] = [
  { encoding: 'windows-1252', name: 'windows-1252 (Western European)', isLikely: isWestern },
  { encoding: 'macintosh', name: 'Mac OS Roman (Western European)', isLikely: isWestern },
  { encoding: 'euc-jp', name: 'EUC-JP (Japanese)', isLikely: (text, pairs) => pairs && KANA(text) },
  { encoding: 'shift_jis', name: 'Shift JIS (Japanese)', isLikely: KANA },
  { encoding: 'euc-kr', name: 'EUC-KR (Korean)', isLikely: (text, pairs) => pairs && HANGUL(text) },
  { encoding: 'gb18030', name: 'GB 18030 (Chinese)', isLikely: (text, pairs) => pairs && HANZI(text) },
  { encoding: 'big5', name: 'Big5 (Chinese)', isLikely: HANZI },
  { encoding: 'windows-1251', name: 'windows-1251 (Cyrillic)', isLikely: isCyrillic },
  { encoding: 'koi8-r', name: 'KOI8-R (Cyrillic)', isLikely: isCyrillic },
  { encoding: 'ibm866', name: 'IBM 866 (Cyrillic)', isLikely: isCyrillic },
  { encoding: 'windows-1250', name: 'windows-1250 (Central European)' },
  { encoding: 'windows-1253', name: 'windows-1253 (Greek)' },
  { encoding: 'windows-1254', name: 'windows-1254 (Turkish)' },
  { encoding: 'windows-1255', name: 'windows-1255 (Hebrew)' },
];

/** Whether all bytes above 127 come in pairs. */
function hasPairs(bytes: Uint8Array): boolean {
  let run = 0;
  for (const byte of bytes) {
    if (byte >= 0xa1) run++;
    else if (run % 2 === 1 || byte >= 0x80) return false;
    else run = 0;
  }
  return run % 2 === 0;
}

/** Decodes bytes that are all valid; null if some are not, or this build of Node lacks the encoding. */
function decodedOrNull(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The characters of the bytes 0x80 to 0x9f; those that are not defined stay controls. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** TextDecoder of some versions of Node decodes windows-1252 as Latin-1, so these bytes are looked up here. */
function windows1252(bytes: Uint8Array): string {
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return latin.replace(/[\x80-\x9f]/g, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80]!);
}
