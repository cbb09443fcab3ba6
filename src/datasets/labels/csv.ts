import { DataError } from '../../images/data-error';

/** Limit of fields per record, so that a line of commas cannot become an array of millions. */
const MAX_FIELDS = 10_000;

/**
 * Parses CSV text by RFC 4180: fields separated by commas (or semicolons or tabs, if the header has no commas), and quoted
 * by '"' if they contain commas, quotes or line breaks. Skips empty lines and a byte order mark.
 * @throws DataError with the position, without the file name
 */
export function parseCsv(text: string): string[][] {
  return [...csvRecords(text)];
}

/** Yields the records one by one, like `parseCsv`. */
export function* csvRecords(text: string): Generator<string[], void> {
  const body = text.replace(/^\ufeff/, '');
  const header = /^[^\r\n]*/.exec(body)![0];
  const separator = [',', ';', '\t'].find((character) => header.includes(character)) ?? ',';
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
