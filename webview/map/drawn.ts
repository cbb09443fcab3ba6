import type { MapColumn, MapTag } from '../../src/protocol/map';
import { count, nats } from '../format';
import { readTheme } from '../theme';
import { axisName } from './choices';
import type { ColourBy } from './choices';
import { colouringOf } from './colouring';
import type { Colouring } from './colouring';
import type { MapData } from './map-data';
import type { PointRow } from './points-table';
import { t } from '../l10n';

/** What the map shows now. */
export interface Drawn {
  readonly data: MapData;
  readonly x: MapColumn;
  readonly y: MapColumn;
  readonly places: readonly [Float32Array, Float32Array];
  readonly elbo: Float32Array;
  readonly colouring: Colouring;
}

export interface DrawnChoices {
  readonly x: MapColumn;
  readonly y: MapColumn;
  readonly colour: ColourBy;
  readonly tags: readonly MapTag[];
}

/** Pulls what some choices need. */
export async function pullDrawn(data: MapData, { x, y, colour, tags }: DrawnChoices): Promise<Drawn> {
  const places = [await data.column(x), await data.column(y)] as const;
  const elbo = await data.column('elbo');
  return { data, x, y, places, elbo, colouring: await colouringOf(data, colour, readTheme().light, tags) };
}

/** What is to be said of images that were sought and are not on the map; empty for none. */
export function missingText(missing: number, sought: number): string {
  if (missing === 0) return '';
  return t(
    '{0} of {1} images are not on the map: the run was not trained with them.',
    count(missing),
    count(sought),
  );
}

/** An image in a few words. */
export function factsOf({ data, elbo }: Drawn, index: number): string {
  const parts = [data.labelOf(index), data.splitOf(index), `ELBO ${nats(elbo[index])}`];
  return parts.filter((part) => part !== null).join(' · ');
}

export function rowOf({ data, places, elbo }: Drawn, index: number): PointRow {
  return {
    id: data.images.ids[index]!,
    label: data.labelOf(index) ?? '',
    split: data.splitOf(index),
    x: places[0][index]!,
    y: places[1][index]!,
    elbo: elbo[index] ?? null,
  };
}

/** What the map is, and how the keyboard moves on it, for screen readers. */
export function describe({ data, x, y }: Drawn): string {
  const { set } = data;
  const what = `Map of ${set.count} images: ${axisName(set, x)} to the right, ${axisName(set, y)} up.`;
  return t(
    '{0} Arrow keys go from point to point, with Shift they move the map; plus, minus and zero zoom; Enter shows the card, Ctrl+Enter opens the file, Space selects.',
    what,
  );
}

/** A table of images that spreadsheets and pandas read (RFC 4180): one line each, numbers as they are. */
export async function csvOf(drawn: Drawn, indices: readonly number[]): Promise<string> {
  const { data, x, y, places, elbo } = drawn;
  const more = await Promise.all(
    (['reconstruction', 'kl', 'norm'] as const).map((name) => data.column(name)),
  );
  const head = ['id', 'label', 'split', 'elbo', 'reconstruction', 'kl', 'norm', x, y];
  const lines = indices.map((index) => [
    data.images.ids[index]!,
    data.labelOf(index) ?? '',
    data.splitOf(index),
    ...[elbo, ...more, ...places].map((values) => String(values[index])),
  ]);
  return [head, ...lines].map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
