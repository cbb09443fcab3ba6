import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Normalises a path that a person or a program wrote to the form of ids: with '/', and without byte order mark, blanks around it and './'. */
export function plainPath(text: string): string {
  const path = text.replace(/^\ufeff/, '').trim();
  return pathOfUri(path)
    .replaceAll('\\', '/')
    .replace(/(?<=\/)(\.?\/)+/g, '')
    .replace(/^(\.\/)+/, '');
}

function pathOfUri(text: string): string {
  if (!/^file:\/\//i.test(text)) return text;
  try {
    return fileURLToPath(text);
  } catch {
    return text;
  }
}

/** How paths that were written elsewhere are compared with those of a dataset. */
export interface PathForms {
  /** Absolute paths of the dataset's folder: absolute paths below one of these are relative to it. */
  readonly roots?: readonly string[];
  /** Whether the file system takes names in other capitals for the same file. */
  readonly ignoresCase?: boolean;
}

/** Returns a path in the form in which it is compared: composed Unicode, and small letters where capitals do not matter. */
export function comparedPath(path: string, { ignoresCase = false }: PathForms = {}): string {
  const composed = path.normalize('NFC');
  return ignoresCase ? composed.toLowerCase() : composed;
}

/** Makes an absolute path below one of the roots relative, after `plainPath` and `comparedPath`; returns others unchanged. */
export function relativePath(compared: string, forms: PathForms): string {
  for (const root of forms.roots ?? []) {
    const folder = comparedPath(plainPath(root).replace(/\/$/, ''), forms);
    if (compared.startsWith(`${folder}/`)) return compared.slice(folder.length + 1);
  }
  return compared;
}

/**
 * Finds paths of a dataset by what a list or a table calls them: exactly, or else in the form of `plainPath`, `comparedPath`
 * and `relativePath`. Two paths that differ only in their form are both found by a third one.
 */
export class PathLookup {
  private readonly exact: ReadonlySet<string>;
  private compared: Map<string, string[]> | undefined;

  constructor(
    private readonly paths: readonly string[],
    private readonly forms: PathForms = {},
  ) {
    this.exact = new Set(paths);
  }

  /** Returns the paths that a text stands for; empty if none. */
  find(text: string): readonly string[] {
    if (this.exact.has(text)) return [text];
    const plain = plainPath(text);
    if (this.exact.has(plain)) return [plain];
    this.compared ??= this.byComparedPath();
    return this.compared.get(relativePath(comparedPath(plain, this.forms), this.forms)) ?? [];
  }

  private byComparedPath(): Map<string, string[]> {
    const map = new Map<string, string[]>();
    for (const path of this.paths) {
      const key = comparedPath(plainPath(path), this.forms);
      const same = map.get(key);
      if (same) same.push(path);
      else map.set(key, [path]);
    }
    return map;
  }
}

/** Checks with one of its files whether a folder's file system takes names in other capitals for the same file. */
export async function ignoresCase(root: string, paths: readonly string[]): Promise<boolean> {
  const path = paths.find((each) => inOtherCapitals(each) !== each);
  if (path === undefined) return false;
  const [own, other] = await Promise.all(
    [path, inOtherCapitals(path)].map((each) => stat(join(root, each), { bigint: true }).catch(() => null)),
  );
  return !!own && !!other && own.ino === other.ino && own.dev === other.dev;
}

function inOtherCapitals(path: string): string {
  const lower = path.toLowerCase();
  return lower === path ? path.toUpperCase() : lower;
}
