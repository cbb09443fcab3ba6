import { DataError } from '../../images/data-error';

/** Of a record; so that a line of commas is not made an array of millions. */
const MAX_FIELDS = 10_000;

/**
 * The records of a CSV text by RFC 4180: fields between commas (or, where the header has none, semicolons or tabs),
 * quoted by '"' where they hold commas, quotes or line breaks. Empty lines are left out; a byte order mark is ignored.
 * @throws DataError that names the record, without the file
 */
export function parseCsv(text: string): string[][] {
  return [...csvRecords(text)];
}

/** The records one after the other, as `parseCsv`. */
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

/** A quoted field and where it ends. */
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
