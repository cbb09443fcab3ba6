/** Names of classes, as files for and beside classifiers have them. */
import { MAX_CLASSES } from './classifier-use';
import { ModelFileError } from './model-file';

/** Maximum characters of a name. */
export const MAX_CLASS_NAME = 200;
/** Keys of metadata, and of JSON, under which names of classes lie. */
const KEYS = ['names', 'classes', 'class_names', 'labels', 'id2label', 'class_to_idx'] as const;

/** Returns the names in a file's metadata (JSON, a dictionary of Python, or separated by commas or lines); null if there are none. */
export function namesInMetadata(metadata: ReadonlyMap<string, string>): readonly string[] | null {
  for (const key of KEYS) {
    const text = metadata.get(key);
    if (text === undefined) continue;
    const names = namesInJson(text) ?? pythonNames(text) ?? separated(text);
    if (names !== null) return names;
  }
  return null;
}

/**
 * Reads a file of names: a line each; or JSON: a list, names by their numbers, numbers by their names, or one of these as `names`,
 * `classes`, `labels` or `id2label` of an object, as Hugging Face's config.json has it.
 * @throws ModelFileError if it is none of these
 */
export function parseClassNames(text: string, path: string): readonly string[] {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const names = /^[[{]/.test(trimmed) ? namesInJson(trimmed) : lines(trimmed);
  if (names !== null) return names;
  throw new ModelFileError(
    `${path}: got no names of classes, expected one a line, or JSON with a list of names, or names by numbers from 0`,
  );
}

function namesInJson(text: string): readonly string[] | null {
  try {
    return namesIn(JSON.parse(text) as unknown, 0);
  } catch {
    return null;
  }
}

function namesIn(value: unknown, depth: number): readonly string[] | null {
  if (Array.isArray(value)) return checked(value.map(nameOf));
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value);
  const byNumber = ordered(entries.map(([key, name]) => [key, nameOf(name)]));
  if (byNumber !== null) return byNumber;
  const numbers = ordered(entries.map(([name, number]) => [String(number), name]));
  if (numbers !== null) return numbers;
  const inner = KEYS.find((key) => Object.hasOwn(value, key));
  return inner === undefined || depth > 0
    ? null
    : namesIn((value as Record<string, unknown>)[inner], depth + 1);
}

/** A name, or the last of several for one class, such as ["n01440764", "tench"]. */
function nameOf(value: unknown): string | null {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === 'string' ? last : null;
}

/** Puts names in the order of their numbers; null unless these are 0, 1, 2 and so on. */
function ordered(entries: readonly (readonly [string, string | null])[]): readonly string[] | null {
  const names: (string | null)[] = [];
  for (const [number, name] of entries) {
    if (!/^\d{1,6}$/.test(number) || Number(number) >= entries.length) return null;
    names[Number(number)] = name;
  }
  return names.length === entries.length ? checked(Array.from(names, (name) => name ?? null)) : null;
}

/** `{0: 'person', 1: "bus stop"}`, as Ultralytics writes it. */
function pythonNames(text: string): readonly string[] | null {
  if (!/^\s*\{\s*\d+\s*:/.test(text)) return null;
  const found = [...text.matchAll(/(\d{1,6})\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)];
  return ordered(found.map(([, number, single, double]) => [number!, unescaped(single ?? double ?? '')]));
}

const unescaped = (text: string): string => text.replace(/\\(.)/g, '$1');

function separated(text: string): readonly string[] | null {
  if (/^\s*[[{]/.test(text)) return null;
  return text.includes('\n') ? lines(text) : checked(text.split(',').map((name) => name.trim()));
}

const lines = (text: string): readonly string[] | null =>
  checked(text.split(/\r?\n/).map((line) => line.trim()));

function checked(names: readonly (string | null)[]): readonly string[] | null {
  const isName = (name: string | null): name is string =>
    name !== null && name !== '' && name.length <= MAX_CLASS_NAME;
  return names.length > 0 && names.length <= MAX_CLASSES && names.every(isName) ? names : null;
}

/** Names for classes that have none: class 0, class 1 and so on. */
export const numberedClasses = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `class ${i}`);
