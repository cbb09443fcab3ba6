/** Stands in for `src/datasets/rows/file-rows.ts`: rows of a file are read with blocking calls, so the file is held in memory. */
import { FileRows, rowPart as partOf } from '../../datasets/rows/file-rows';
import type { RowPart } from '../../datasets/rows/file-rows';
import { hold } from '../node/fs';

export { FileRows };

export async function rowPart(path: string, offset: number, count: number): Promise<RowPart> {
  await hold(path);
  return partOf(path, offset, count);
}
