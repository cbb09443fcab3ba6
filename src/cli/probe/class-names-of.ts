import { lstat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { parseClassNames, numberedClasses } from '../../engine/onnx/opened/class-names';
import { readText } from '../../runs/guarded-files';
import { guarded } from '../../runs/guarded-path';
import { badInput } from '../exit';

/** Maximum size of a file of names, in bytes. */
const MAX_BYTES = 8_000_000;

/** Names of classes, and where they are from. */
export interface NamedClasses {
  readonly names: readonly string[];
  /** Null for names that the classifier itself has. */
  readonly note: string | null;
}

/**
 * Returns names for a classifier's classes: those of the file that a person names, else the classifier's own, else those of a file beside it,
 * else numbers. A file beside it is one of the same name, or is called classes, labels or names (.txt, .json), or config.json.
 * @param wanted path of a file @param own names in the classifier's metadata @throws CliError if the named file does not fit
 */
export async function classNamesOf(
  classifier: string,
  count: number,
  wanted: string | undefined,
  own: readonly string[] | null,
  cwd: string,
): Promise<NamedClasses> {
  if (wanted !== undefined) {
    const path = resolve(cwd, wanted);
    const names = parseClassNames(await readNames(path), path);
    if (names.length === count) return { names, note: null };
    throw badInput(
      `${path}: got ${names.length} names of classes, expected ${count}, as the classifier gives`,
    );
  }
  if (own !== null) return { names: own, note: null };
  for (const path of besides(classifier)) {
    const stats = await lstat(path).catch(() => null);
    if (!stats?.isFile()) continue;
    const names = await readNames(path)
      .then((text) => parseClassNames(text, path))
      .catch(() => null);
    if (names?.length === count) return { names, note: `the names of the classes are those of ${path}` };
  }
  const names = numberedClasses(count);
  return {
    names,
    note: `the classes have no names: they are called ${names[0]} to ${names.at(-1)}; --classes FILE names them`,
  };
}

function* besides(classifier: string): Generator<string> {
  const folder = dirname(classifier);
  const stem = basename(classifier, extname(classifier));
  for (const name of [stem, 'classes', 'labels', 'names', 'class_names'])
    for (const extension of ['.txt', '.json', '.names']) yield join(folder, name + extension);
  yield join(folder, 'config.json');
}

const readNames = (path: string): Promise<string> =>
  readText(guarded(dirname(path), basename(path)), MAX_BYTES);
