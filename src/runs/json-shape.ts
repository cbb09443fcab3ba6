import { RunError } from './run-error';

/** Maximum depth of objects and lists, and maximum number of keys, of our own JSON files. */
const MAX_DEPTH = 32;
const MAX_KEYS = 2000;

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];

/**
 * Rejects a JSON text that would take much time and memory to parse: a value takes many times the memory of its brackets.
 * @throws RunError with the path
 */
export function assertSmallShape(text: string, path: string): void {
  let depth = 0;
  let keys = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === COLON) keys++;
    else if (OPENING.includes(code)) depth++;
    else if (CLOSING.includes(code)) depth--;
    if (depth > MAX_DEPTH)
      throw new RunError(`${path} is nested more than ${MAX_DEPTH} deep, which a run's files never are`);
    if (keys > MAX_KEYS) throw new RunError(`${path} has more than ${MAX_KEYS} keys, expected a few dozen`);
  }
}

/**
 * Parses one of our own JSON files, once its shape was checked.
 * @param advice what to do about one that is damaged, as a sentence @throws RunError with the path
 */
export function parseSmallJson(text: string, path: string, advice = ''): unknown {
  assertSmallShape(text, path);
  return parseJson(text, path, advice);
}

/** Parses a JSON text of a file that may be of any shape. @throws RunError with the path */
export function parseJson(text: string, path: string, advice = ''): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RunError(
      [`${path} is not JSON: ${(error as Error).message}`, advice].filter(Boolean).join('. '),
    );
  }
}

/** Returns the index of the quote that ends the string which begins at `start`; the text's length if there is none. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return i;
    if (code === BACKSLASH) i++;
  }
  return text.length;
}
