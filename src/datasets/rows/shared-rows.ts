import { allocateShared } from '../shared-memory';
import { FileRows } from './file-rows';
import type { RowPart } from './file-rows';
import { residentRows } from './image-rows';
import type { ImageRows } from './image-rows';

/** Rows as plain data for another thread, in shared memory or in files. */
export type SharedRows =
  | { readonly size: number; readonly bytes: Uint8Array<SharedArrayBuffer> }
  | { readonly size: number; readonly parts: readonly RowPart[]; readonly kept: Uint32Array | null };

/**
 * Makes rows available to other threads.
 * @param rows from a loader; resident rows are copied, so release the originals
 * @throws Error for rows computed from others
 */
export function shareRows(rows: ImageRows): SharedRows {
  const { size, resident } = rows;
  if (rows instanceof FileRows) return { size, parts: rows.parts, kept: rows.kept };
  if (!resident) throw new Error('these rows are derived from others: share those instead');
  const bytes = allocateShared(resident.length);
  bytes.set(resident);
  return { size, bytes };
}

/** Opens shared rows in another thread. */
export function openRows(shared: SharedRows): ImageRows {
  if ('parts' in shared) return new FileRows(shared.size, shared.parts, shared.kept);
  const rows = residentRows(shared.bytes, shared.size);
  // Copied, because ONNX Runtime does not accept shared memory.
  return { ...rows, range: (first, count) => rows.range(first, count).slice() };
}
