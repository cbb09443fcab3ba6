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
