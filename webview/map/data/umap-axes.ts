import type { MapColumn } from '../../../src/protocol/map';
import type { Choices } from '../../shared/choices';
import type { SelectChoice } from '../../shared/select';

const UMAP_AXES = ['umap:0', 'umap:1'] as const satisfies readonly MapColumn[];

export function isUmap(column: string): boolean {
  return column.startsWith('umap:');
}

export const UMAP_CHOICES: readonly SelectChoice[] = UMAP_AXES.map((value, i) => ({
  value,
  label: `UMAP ${i + 1}`,
  group: 'UMAP',
}));

/** Returns the state change for a chosen axis: one UMAP axis is meaningless without the other, so both change together. */
export function axisChosen(
  axis: 'mapX' | 'mapY',
  value: string,
  { mapX, mapY }: Pick<Choices, 'mapX' | 'mapY'>,
): Partial<Choices> {
  if (isUmap(value)) return { mapX: UMAP_AXES[0], mapY: UMAP_AXES[1] };
  const usual = isUmap(mapX) || isUmap(mapY) ? { mapX: '', mapY: '' } : {};
  return { ...usual, [axis]: value };
}
