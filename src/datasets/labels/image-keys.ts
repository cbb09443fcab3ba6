import { comparedPath, plainPath, relativePath } from '../path-lookup';
import type { PathForms } from '../path-lookup';

/** How a line may name an image: by its path, or without suffix, without folders, or without both. Strictest first. */
export const NAME_FORMS = ['path', 'path without suffix', 'file name', 'file name without suffix'] as const;
export type NameForm = (typeof NAME_FORMS)[number];

/** How paths of a table are compared with those of the images; null by the rules 1, as they are written. */
export type TableForms = PathForms | null;

/** Returns what a line's cell is looked up by. */
export function lineKey(cell: string, form: NameForm, forms: TableForms): string {
  const path =
    forms === null ? pathByRules1(cell) : relativePath(comparedPath(plainPath(cell), forms), forms);
  return form === 'file name' || form === 'file name without suffix'
    ? path.slice(path.lastIndexOf('/') + 1)
    : path;
}

/**
 * Returns the files of images by what lines call them, without names that several files share. Pages of a file have one entry.
 * @param paths of the images; of pages `file#page`
 */
export function imageKeys(
  paths: readonly string[],
  form: NameForm,
  forms: TableForms,
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const shared = new Set<string>();
  for (const path of paths) {
    const file = fileOf(path);
    const key = imageKey(file, form, forms);
    const other = files.get(key);
    if (other !== undefined && other !== file) shared.add(key);
    files.set(key, file);
  }
  for (const key of shared) files.delete(key);
  files.delete('');
  return files;
}

/** Returns the file of an image that may be one of its pages. */
export function fileOf(path: string): string {
  return path.replace(/#\d+$/, '');
}

/** With '/', and without a leading `./`. */
const pathByRules1 = (path: string): string => path.trim().replaceAll('\\', '/').replace(/^\.\//, '');

function imageKey(path: string, form: NameForm, forms: TableForms): string {
  const key = forms === null ? pathByRules1(path) : comparedPath(path, forms);
  const folders = key.lastIndexOf('/') + 1;
  const dot = key.lastIndexOf('.');
  const end = dot > folders ? dot : key.length;
  switch (form) {
    case 'path':
      return key;
    case 'path without suffix':
      return key.slice(0, end);
    case 'file name':
      return key.slice(folders);
    case 'file name without suffix':
      return key.slice(folders, end);
  }
}
