import { count as counted, figure } from '../../shared/format';
import { t } from '../../shared/l10n';
import { className, facetName } from './facets';
import type { ClassName, Facet, FacetColumn } from './facets';
import type { MapData } from './map-data';

/** Leaves the images whose number lies in a closed range, or that are in one of some classes. */
export type Filter =
  | { readonly column: FacetColumn; readonly range: readonly [low: number, high: number] }
  | { readonly column: FacetColumn; readonly classes: readonly ClassName[] };

/** Classes that are named on a chip; of more only their number is said. */
const MAX_NAMED = 3;

/** Reads the filters from the view's state; what is damaged there is no filter. */
export function readFilters(texts: readonly string[]): readonly Filter[] {
  return texts.flatMap((text) => {
    const filter = parse(text);
    return filter === null ? [] : [filter];
  });
}

function parse(text: string): Filter | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const { column, range, classes } = (parsed ?? {}) as Partial<Record<string, unknown>>;
  if (typeof column !== 'string') return null;
  const of = column as FacetColumn;
  if (Array.isArray(range) && range.length === 2 && range.every((end) => Number.isFinite(end)))
    return { column: of, range: range as [number, number] };
  if (Array.isArray(classes) && classes.every((name) => name === null || typeof name === 'string'))
    return { column: of, classes };
  return null;
}

/** Returns the filters with that of one column replaced; null takes it away. */
export function withFilter(
  texts: readonly string[],
  column: FacetColumn,
  filter: Filter | null,
): readonly string[] {
  const others = readFilters(texts).filter((other) => other.column !== column);
  return [...others, ...(filter === null ? [] : [filter])].map((each) => JSON.stringify(each));
}

/** Returns a class filter with one class added or taken away; null if it then leaves nothing or leaves out nothing. */
export function toggled(
  column: FacetColumn,
  names: readonly ClassName[],
  now: readonly ClassName[],
  name: ClassName,
): Filter | null {
  const classes = now.includes(name) ? now.filter((other) => other !== name) : [...now, name];
  return classes.length === 0 || names.every((each) => classes.includes(each)) ? null : { column, classes };
}

/** Clears the images in `left` that the filter leaves out. An image without a value is in no range. */
export function applyFilter(filter: Filter, facet: Facet, left: Uint8Array): void {
  if (facet.kind === 'numbers') {
    if (!('range' in filter)) return;
    const [low, high] = filter.range;
    facet.values.forEach((value, i) => {
      if (!(value >= low && value <= high)) left[i] = 0;
    });
    return;
  }
  if (!('classes' in filter)) return;
  const wanted = facet.names.map((name) => filter.classes.includes(name));
  const has = new Uint8Array(left.length);
  facet.each((image, name) => {
    if (wanted[name]) has[image] = 1;
  });
  for (let i = 0; i < left.length; i++) left[i]! &= has[i]!;
}

/** Describes a filter on its chip. */
export function filterText(data: MapData, filter: Filter): string {
  const name = facetName(data, filter.column);
  if ('range' in filter)
    return t('{0}: {1} to {2}', name, shortFigure(filter.range[0]), shortFigure(filter.range[1]));
  const { classes } = filter;
  const what =
    classes.length <= MAX_NAMED
      ? classes.map((each) => className(filter.column, each)).join(', ')
      : t('{0} classes', counted(classes.length));
  return t('{0}: {1}', name, what);
}

/** A bound that was set with the mouse has more digits than anybody reads. */
const shortFigure = (value: number): string => figure(Number(value.toPrecision(4)));
