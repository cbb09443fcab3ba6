import type { DatasetSource } from './dataset';

/** Whether a dataset consists of files with paths, which patterns select and tables label. */
export function takesImageChoice(
  source: DatasetSource,
): source is Extract<DatasetSource, { readonly kind: 'folder' | 'zip' | 'tar' }> {
  return source.kind === 'folder' || source.kind === 'zip' || source.kind === 'tar';
}
