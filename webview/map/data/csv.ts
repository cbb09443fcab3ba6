import { csvField } from '../../../src/shared/csv-field';
import type { MapTag } from '../../../src/protocol/map';
import { fieldOf } from './axis-choices';
import type { PlotData } from './plot-data';
import type { MapData } from './map-data';

/** A header, and the cell of each image by index. */
interface Column {
  readonly name: string;
  readonly cell: (index: number) => string;
}

/**
 * Returns a table of images for spreadsheets and pandas (RFC 4180), one line per image, with unformatted numbers. The
 * tags and the dataset's further columns follow the map's own columns; a further column whose name is taken becomes
 * `field:NAME`.
 */
export async function csvOf(
  { data, x, y, values }: PlotData,
  tags: readonly MapTag[],
  indices: readonly number[],
): Promise<string> {
  const bounds = await Promise.all(
    (['elbo', 'reconstruction', 'kl', 'norm'] as const).map(async (name) =>
      numbers(name, await data.column(name)),
    ),
  );
  const known: Column[] = [
    { name: 'id', cell: (index) => data.images.ids[index]! },
    { name: 'label', cell: (index) => data.labelOf(index) ?? '' },
    { name: 'split', cell: (index) => data.splitOf(index) },
    ...bounds,
  ];
  // Dataset columns used as axes are included with the other dataset columns.
  [x, y].forEach((axis, i) => {
    const isThere = fieldOf(axis) !== null || known.some(({ name }) => name === axis);
    if (!isThere) known.push(numbers(axis, values[i]!));
  });
  known.push(tagColumn(data, tags));
  const taken = new Set(known.map(({ name }) => name));
  const fields = await fieldColumns(data);
  const columns = [
    ...known,
    ...fields.map((field) => (taken.has(field.name) ? { ...field, name: `field:${field.name}` } : field)),
  ];
  const lines = indices.map((index) => columns.map(({ cell }) => cell(index)));
  return [columns.map(({ name }) => name), ...lines]
    .map((cells) => `${cells.map(csvField).join(',')}\r\n`)
    .join('');
}

function tagColumn({ images }: MapData, tags: readonly MapTag[]): Column {
  const all = tags.map(({ name, ids }) => ({ name, ids: new Set(ids) }));
  const namesOf = (id: string): string[] => all.filter(({ ids }) => ids.has(id)).map(({ name }) => name);
  return { name: 'tags', cell: (index) => namesOf(images.ids[index]!).join('; ') };
}

/** Returns the dataset's further columns unchanged; missing values are empty. */
async function fieldColumns(data: MapData): Promise<Column[]> {
  return Promise.all(
    data.fields.map(async ({ name, names }) => {
      const values = await data.field(name);
      return names === null
        ? numbers(name, values)
        : { name, cell: (index: number) => names[values[index]!] ?? '' };
    }),
  );
}

function numbers(name: string, values: ArrayLike<number>): Column {
  return { name, cell: (index) => (Number.isNaN(values[index]) ? '' : String(values[index])) };
}
