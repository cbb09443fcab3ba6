import type { MapTag } from '../../../src/protocol/map';
import { coordinate, count, figure, nats } from '../../shared/format';
import type { PlacesThen } from '../../shared/time';
import { readTheme } from '../../shared/theme';
import { placedOn, placesOn, scalesOf } from './axes';
import type { Axes } from './axes';
import { axisName, isMeasure } from './axis-choices';
import { colouringOf } from '../style/colouring';
import type { Colouring } from '../style/colouring';
import type { MapData } from './map-data';
import { isUmap } from './umap-axes';
import type { Scale } from '../canvas/viewport';
import { t } from '../../shared/l10n';
import type { ColourBy, MapAxis } from './map-axis';

/** The data that the map shows. */
export interface PlotData extends Axes {
  readonly data: MapData;
  readonly scales: readonly [Scale, Scale];
  /** Positions on these scales. */
  readonly places: readonly [Float32Array, Float32Array];
  /** 1 for each image that is drawn; null if all are. */
  readonly placed: Uint8Array | null;
  readonly elbo: Float32Array;
  readonly colouring: Colouring;
  /** Where the followed images were at an earlier step, if that is shown. */
  readonly then: PlacesThen | null;
}

export interface PlotChoices {
  readonly x: MapAxis;
  readonly y: MapAxis;
  readonly colour: ColourBy;
  readonly tags: readonly MapTag[];
}

/** An image as a table row. */
export interface PointRow {
  readonly id: string;
  readonly label: string;
  readonly split: string;
  /** Values along the axes. */
  readonly x: string;
  readonly y: string;
  /** Null if unknown. */
  readonly elbo: number | null;
}

/** Returns a key that changes when positions change their meaning: with other axes or another layout. */
export function axesKey({ data, x, y }: PlotData): string {
  return isUmap(x) ? `umap ${data.set.layout?.id}` : `${x} ${y}`;
}

/** Pulls the data for the chosen axes and colour. */
export async function pullDrawn(data: MapData, { x, y, colour, tags }: PlotChoices): Promise<PlotData> {
  const axes = { x, y, values: [await data.along(x), await data.along(y)] } as const;
  const elbo = await data.column('elbo');
  const colouring = await colouringOf(data, colour, readTheme().light, tags);
  const scales = scalesOf(axes);
  const places = [placesOn(axes.values[0], scales[0]), placesOn(axes.values[1], scales[1])] as const;
  return { ...axes, data, scales, places, placed: placedOn(axes), elbo, colouring, then: null };
}

/**
 * Returns the map as it was at a snapshot: the images that are followed lie where they were, the others nowhere. Everything else,
 * such as colours and bounds, is that of the map.
 */
export function atSnapshot(drawn: PlotData, then: PlacesThen): PlotData {
  const { count } = drawn.data.set;
  const [x, y] = [new Float32Array(count).fill(NaN), new Float32Array(count).fill(NaN)];
  const placed = new Uint8Array(count);
  then.indices.forEach((index, i) => {
    x[index] = then.x[i]!;
    y[index] = then.y[i]!;
    placed[index] = 1;
  });
  // Coordinates of latent space have no scale of their own: values are places.
  return { ...drawn, values: [x, y], places: [x, y], placed, then };
}

/** Returns a message about images that are not on the map; empty if none are missing. */
export function missingText(missing: number, sought: number): string {
  if (missing === 0) return '';
  return t(
    '{0} of {1} images are not on the map: the run was not trained with them.',
    count(missing),
    count(sought),
  );
}

/** Describes an image briefly, including its values along axes that are measures. */
export function factsOf({ data, elbo, x, y, values }: PlotData, index: number): string {
  const measured = [x, y].flatMap((axis, i) =>
    isMeasure(axis) && axis !== 'elbo' ? `${axisName(data.set, axis)} ${figure(values[i]![index]!)}` : [],
  );
  const bound = data.set.hasBounds === false ? [] : [`ELBO ${nats(elbo[index])}`];
  const parts = [data.labelOf(index), data.splitOf(index), ...bound, ...measured];
  return parts.filter((part) => part !== null).join(' · ');
}

export function rowOf({ data, x, y, values, elbo }: PlotData, index: number): PointRow {
  return {
    id: data.images.ids[index]!,
    label: data.labelOf(index) ?? '',
    split: data.splitOf(index),
    x: alongText(x, values[0][index]!),
    y: alongText(y, values[1][index]!),
    elbo: elbo[index] ?? null,
  };
}

/** Formats coordinates with two decimals, and measures with their own precision. */
function alongText(axis: MapAxis, value: number): string {
  return isMeasure(axis) ? figure(value) : coordinate(value);
}

/** Describes the map and its keyboard commands for screen readers. @param opensFiles whether one of them opens an image's file */
export function describePoint({ data, x, y, then }: PlotData, opensFiles: boolean): string {
  const { set } = data;
  const [across, up] = [axisName(set, x), axisName(set, y)];
  const what =
    then === null
      ? t('Map of {0} images: {1} to the right, {2} up.', count(set.count), across, up)
      : t(
          'Map of {0} images at step {1}: {2} to the right, {3} up.',
          ...[count(then.x.length), count(then.step), across, up],
        );
  if (!opensFiles)
    return t(
      '{0} Arrow keys go from point to point, with Shift they move the map; plus, minus and zero zoom; Enter shows the card, Space selects.',
      what,
    );
  return t(
    '{0} Arrow keys go from point to point, with Shift they move the map; plus, minus and zero zoom; Enter shows the card, Ctrl+Enter opens the file, Space selects.',
    what,
  );
}
