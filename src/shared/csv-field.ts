/** Starts of a cell that spreadsheets take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
/** Numbers may start with a sign. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^-Infinity$/i;

/**
 * Returns a field of a CSV file, quoted if RFC 4180 requires it. A text that a spreadsheet would take for a formula gets an
 * apostrophe in front, so that it stays text: names come from files that others have made.
 */
export function csvField(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
