import { FileRows } from './file-rows';
import type { RowPart } from './file-rows';
import { residentRows } from './image-rows';
import type { ImageRows } from './image-rows';

/** Where rows are, as plain data for another thread: in memory that both have, or in files. */
export type SharedRows =
  | { readonly size: number; readonly bytes: Uint8Array<SharedArrayBuffer> }
  | { readonly size: number; readonly parts: readonly RowPart[]; readonly kept: Uint32Array | null };

/** @param rows as a loader gives them; those in memory are copied, so let go of the old ones */
export function shareRows(rows: ImageRows): SharedRows {
  const { size, resident } = rows;
  if (rows instanceof FileRows) return { size, parts: rows.parts, kept: rows.kept };
  if (!resident) throw new Error('these rows are made of others: share those');
  const bytes = new Uint8Array(new SharedArrayBuffer(resident.length));
  bytes.set(resident);
  return { size, bytes };
}

export function openRows(shared: SharedRows): ImageRows {
  if ('parts' in shared) return new FileRows(shared.size, shared.parts, shared.kept);
  const rows = residentRows(shared.bytes, shared.size);
  // A copy: ONNX Runtime takes no shared memory.
  return { ...rows, range: (first, count) => rows.range(first, count).slice() };
}
