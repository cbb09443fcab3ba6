import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatasetSource } from './dataset';

/**
 * Returns what the ids of images begin with if the dataset is one file: its name and `#`. The ids in a folder do not begin with
 * the folder's name.
 */
export function idPrefix(source: DatasetSource): string {
  return source.kind === 'digits' || source.kind === 'folder'
    ? ''
    : `${basename(fileURLToPath(source.uri))}#`;
}

/** Returns the path of an image in its folder or archive; the id itself for other datasets. */
export function pathInside(source: DatasetSource, id: string): string {
  // The archives of a set have names of their own.
  if (source.kind === 'tar') return id.replace(/^[^/]*?\.(tar|tar\.gz|tgz)#/i, '');
  const prefix = source.kind === 'zip' ? idPrefix(source) : '';
  return id.startsWith(prefix) ? id.slice(prefix.length) : id;
}
