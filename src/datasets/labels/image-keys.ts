import { csvPath } from './csv-path';

/** How a line may name an image: by its path, or without suffix, without folders, or without both. Strictest first. */
export const NAME_FORMS = ['path', 'path without suffix', 'file name', 'file name without suffix'] as const;
export type NameForm = (typeof NAME_FORMS)[number];

/** Returns what a line's cell is looked up by. */
export function lineKey(cell: string, form: NameForm): string {
  const path = csvPath(cell);
  return form === 'file name' || form === 'file name without suffix'
    ? path.slice(path.lastIndexOf('/') + 1)
    : path;
}

/**
 * Returns the files of images by what lines call them, without names that several files share. Pages of a file have one entry.
 * @param paths of the images; of pages `file#page`
 */
export function imageKeys(paths: readonly string[], form: NameForm): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const shared = new Set<string>();
  for (const path of paths) {
    const file = fileOf(path);
    const key = imageKey(file, form);
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

function imageKey(path: string, form: NameForm): string {
  const key = csvPath(path);
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
