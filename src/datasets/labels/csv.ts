import { DataError } from '../../images/data-error';

/** Limit of fields per record, so that a line of commas cannot become an array of millions. */
const MAX_FIELDS = 10_000;

const SEPARATORS = [',', ';', '\t', '|'] as const;
/** The beginning of a table by which its separator is found: this many lines, of this many characters together. */
const SAMPLE_LINES = 20;
const SAMPLE_LENGTH = 1_000_000;

/**
 * Parses CSV text by RFC 4180: fields separated by `separator` and quoted by '"' if they contain separators, quotes or line
 * breaks. Skips empty lines and a byte order mark.
 * @throws DataError with the position, without the file name
 */
export function parseCsv(text: string, separator = findSeparator(text)): string[][] {
  return [...csvRecords(text, separator)];
}

/** Yields the records one by one, like `parseCsv`. */
export function* csvRecords(text: string, separator: string): Generator<string[], void> {
  const body = withoutMark(text);
  let done = 0;
  let record: string[] = [];
  let at = 0;
  while (at < body.length) {
    const isQuoted = body[at] === '"';
    const [field, end] = isQuoted ? quoted(body, at) : plain(body, at, separator);
    if (isQuoted && ![separator, '\r', '\n', undefined].includes(body[end])) {
      const where = `record ${done + 1}`;
      throw new DataError(`${where}: text behind a closing quote, expected '${separator}' or a new line`);
    }
    record.push(field);
    at = end;
    if (body[at] === separator) {
      at++;
      if (at < body.length && record.length <= MAX_FIELDS) continue;
      record.push('');
    }
    if (record.length > MAX_FIELDS) {
      throw new DataError(`record ${done + 1}: over ${MAX_FIELDS} fields, expected that many at most`);
    }
    if (record.length > 1 || record[0] !== '') {
      yield record;
      done++;
    }
    record = [];
    at += body.startsWith('\r\n', at) ? 2 : 1;
  }
}

/**
 * Returns the separator of a table: the one that occurs equally often in all of its first lines, outside of quotes; of several,
 * the most frequent. Without such a one, it is that of the first line.
 */
export function findSeparator(text: string): string {
  const lines = separatorCounts(withoutMark(text).slice(0, SAMPLE_LENGTH));
  const found = SEPARATORS.map((separator, i) => {
    const count = lines[0]?.[i] ?? 0;
    return { separator, count, isEverywhere: lines.every((line) => line[i] === count) };
  }).filter(({ count }) => count > 0);
  found.sort((a, b) => Number(b.isEverywhere) - Number(a.isEverywhere) || b.count - a.count);
  return found[0]?.separator ?? ',';
}

/** Returns the separator by the rules 1: the first of comma, semicolon and tab that the first line has anywhere. */
export function separatorOfHeader(text: string): string {
  const header = /^[^\r\n]*/.exec(withoutMark(text))![0];
  return [',', ';', '\t'].find((character) => header.includes(character)) ?? ',';
}

/** Counts each separator outside of quotes, for each of the first lines that are not empty. */
function separatorCounts(text: string): number[][] {
  const lines: number[][] = [];
  let counts = SEPARATORS.map(() => 0);
  let isQuoted = false;
  let lineStart = 0;
  for (let at = 0; at <= text.length && lines.length < SAMPLE_LINES; at++) {
    const character = text[at];
    if (isQuoted && character !== undefined) {
      if (character === '"' && text[at + 1] === '"') at++;
      else isQuoted = character !== '"';
      continue;
    }
    const separator = SEPARATORS.indexOf(character as ',');
    if (separator >= 0) counts[separator]!++;
    else if (character === '"') isQuoted = at === lineStart || SEPARATORS.includes(text[at - 1] as ',');
    else if (character === '\n' || character === '\r' || character === undefined) {
      if (at > lineStart) lines.push(counts);
      counts = SEPARATORS.map(() => 0);
      lineStart = at + 1;
    }
  }
  return lines;
}

/** Drops a byte order mark, and the line `sep=;` by which spreadsheets name the separator. */
function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, '').replace(/^sep=.\r?\n/i, '');
}

/** Parses a quoted field and returns the position after it. @throws DataError if the quote is not closed */
function quoted(text: string, start: number): [field: string, end: number] {
  const pieces: string[] = [];
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) throw new DataError(`a quote that begins at character ${start + 1} is never closed`);
    pieces.push(text.slice(from, quote));
    if (text[quote + 1] !== '"') return [pieces.join(''), quote + 1];
    pieces.push('"');
    from = quote + 2;
  }
}

function plain(text: string, start: number, separator: string): [field: string, end: number] {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++;
  return [text.slice(start, end), end];
}
