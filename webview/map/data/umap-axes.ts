import type { MapColumn } from '../../../src/protocol/map';

/** One UMAP axis is meaningless without the other. */
export const UMAP_AXES = ['umap:0', 'umap:1'] as const satisfies readonly MapColumn[];

export function isUmap(column: string): boolean {
  return column.startsWith('umap:');
}
