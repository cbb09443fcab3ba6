import type { MapColumn } from '../../src/protocol/map';
import { nats } from '../format';
import { axisName } from './choices';
import type { Colouring } from './colouring';
import type { MapData } from './map-data';
import type { PointRow } from './points-table';

/** What the map shows now. */
export interface Drawn {
  readonly data: MapData;
  readonly x: MapColumn;
  readonly y: MapColumn;
  readonly places: readonly [Float32Array, Float32Array];
  readonly elbo: Float32Array;
  readonly colouring: Colouring;
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
  return `${what} Arrow keys go from point to point, with Shift they move the map; plus, minus and zero zoom; Enter shows the card, Ctrl+Enter opens the file, Space selects.`;
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
