import type { MapColumn, MapField, MapSet } from '../../../src/protocol/map';
import type { Choices } from '../../shared/choices';
import type { SelectChoice } from '../../shared/select-choice';
import { percent } from '../../shared/format';
import { t } from '../../shared/l10n';
import { UMAP_AXES } from './umap-axes';
import type { ColourBy, MapAxis } from './map-axis';

/** Maximum principal components offered; later components explain little variance. */
const MAX_COMPONENTS = 10;

const FIELD = 'field:';

const BOUNDS: readonly SelectChoice[] = [
  { value: 'elbo', label: 'ELBO' },
  { value: 'reconstruction', label: t('Reconstruction term') },
  { value: 'kl', label: 'KL' },
  { value: 'norm', label: t('|z| of the mean') },
];

/** How the map lays out the images: by its own two dimensions or else by principal components, by UMAP, or by two columns. */
export type MapLayoutName = 'own' | 'umap' | 'columns';

/** Returns the layouts to choose from. A latent space of two dimensions is shown as it is, never projected anew. */
export function layoutChoices({ dimensions }: Pick<MapSet, 'dimensions'>): readonly SelectChoice[] {
  return [
    { value: 'own', label: dimensions === 2 ? 'z0, z1' : 'PCA' },
    { value: 'umap', label: 'UMAP' },
    { value: 'columns', label: t('Two columns') },
  ];
}

/**
 * Returns the default axes: both dimensions of a two-dimensional latent space, else the first two principal components
 * (for one dimension, `mean:0` and `pc:0`).
 */
export function defaultAxes({ dimensions }: Pick<MapSet, 'dimensions'>): [x: MapColumn, y: MapColumn] {
  if (dimensions === 1) return ['mean:0', 'pc:0'];
  return dimensions === 2 ? ['mean:0', 'mean:1'] : ['pc:0', 'pc:1'];
}

type Axes = readonly [x: MapAxis, y: MapAxis];

/**
 * Returns the chosen layout, the columns to choose from and those chosen (the defaults if the remembered ones do not exist), and
 * the axes that can be drawn at present: the defaults for UMAP without a layout.
 */
export function axesFor(
  { set, fields }: { readonly set: MapSet; readonly fields: readonly MapField[] },
  { mapLayout, mapX, mapY }: Pick<Choices, 'mapLayout' | 'mapX' | 'mapY'>,
): {
  readonly layout: MapLayoutName;
  readonly choices: readonly SelectChoice[];
  readonly chosen: Axes;
  readonly drawn: Axes;
} {
  const layout = known<MapLayoutName>(layoutChoices(set), mapLayout, 'own');
  const choices = axisChoices(set, fields);
  const usual = defaultAxes(set);
  const chosen: Axes = [known<MapAxis>(choices, mapX, usual[0]), known<MapAxis>(choices, mapY, usual[1])];
  const drawn = {
    own: usual,
    umap: set.layout === null ? usual : UMAP_AXES,
    columns: chosen,
  }[layout];
  return { layout, choices, chosen, drawn };
}

export function defaultColour(set: MapSet): ColourBy {
  return set.labelNames === null ? defaultMeasure(set) : 'label';
}

/** Returns the measure that images are told apart by at first: their bounds, where there are any. */
export function defaultMeasure({ hasBounds }: Pick<MapSet, 'hasBounds'>): 'elbo' | 'norm' {
  return hasBounds === false ? 'norm' : 'elbo';
}

/** Returns the measures of images that there are: without a likelihood, the KL and the norm. */
export const measuresOf = ({ hasBounds }: Pick<MapSet, 'hasBounds'>): readonly SelectChoice[] =>
  BOUNDS.filter(({ value }) => hasBounds !== false || (value !== 'elbo' && value !== 'reconstruction'));

/** Returns the choices for an axis. @param fields further columns of the dataset; only numeric columns can be axes */
export function axisChoices(set: MapSet, fields: readonly MapField[] = []): SelectChoice[] {
  const components = numbered(Math.min(MAX_COMPONENTS, set.dimensions)).map((k) => ({
    value: `pc:${k}`,
    label: axisName(set, `pc:${k}`),
    group: t('Principal components'),
  }));
  return [
    ...components,
    ...dimensionChoices(set),
    ...measuresOf(set).map((choice) => ({ ...choice, group: t('Bounds') })),
    ...fieldChoices(fields.filter(({ names }) => names === null)),
  ];
}

/** Returns the choices for the colour. @param fields further columns of the dataset @param tagged whether there are tags */
export function colourChoices(set: MapSet, fields: readonly MapField[] = [], tagged = false): SelectChoice[] {
  return [
    ...(set.labelNames === null ? [] : [{ value: 'label', label: t('Label') }]),
    { value: 'split', label: t('Split') },
    ...(tagged ? [{ value: 'tag', label: t('Tag') }] : []),
    ...measuresOf(set),
    { value: 'none', label: t('One colour') },
    ...fieldChoices(fields),
    ...dimensionChoices(set),
  ];
}

/** Returns the display name of an axis, with the share of variance for a principal component. */
export function axisName({ shares }: Pick<MapSet, 'shares'>, axis: MapAxis): string {
  const [kind, number] = axis.split(':');
  if (kind === 'mean') return t('Dimension {0}', number!);
  if (kind === 'umap') return `UMAP ${Number(number) + 1}`;
  if (kind === 'pc') return `PC ${Number(number) + 1} (${percent(shares[Number(number)] ?? 0)})`;
  return BOUNDS.find(({ value }) => value === axis)?.label ?? fieldOf(axis) ?? axis;
}

/** Returns the name of the dataset column that a choice refers to; null for other choices. */
export function fieldOf(choice: string): string | null {
  return choice.startsWith(FIELD) ? choice.slice(FIELD.length) : null;
}

/** Whether an axis is a measure of each image with its own unit, rather than a coordinate. */
export function isMeasure(axis: MapAxis): boolean {
  return fieldOf(axis) !== null || BOUNDS.some(({ value }) => value === axis);
}

export function unitOf(column: ColourBy): string {
  return column === 'elbo' || column === 'kl' || column === 'reconstruction' ? 'nats' : '';
}

/** Returns the remembered choice if it is available, else the default. */
export function known<T extends string>(choices: readonly SelectChoice[], value: string, otherwise: T): T {
  return choices.some((choice) => choice.value === value) ? (value as T) : otherwise;
}

function fieldChoices(fields: readonly MapField[]): SelectChoice[] {
  return fields.map(({ name }) => ({ value: `${FIELD}${name}`, label: name, group: t('Columns') }));
}

export function dimensionChoices({ dimensions }: Pick<MapSet, 'dimensions'>): SelectChoice[] {
  return numbered(dimensions).map((d) => ({
    value: `mean:${d}`,
    label: t('Dimension {0}', d),
    group: t('Latent dimensions'),
  }));
}

const numbered = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
