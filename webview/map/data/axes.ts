import { count } from '../../shared/format';
import { axisName, isMeasure, unitOf } from './axis-choices';
import type { MapData, MapValues } from './map-data';
import type { Scale } from '../canvas/viewport';
import { t } from '../../shared/l10n';
import type { MapAxis } from './map-axis';

/** Two axes, and each image's values along them. */
export interface Axes {
  readonly x: MapAxis;
  readonly y: MapAxis;
  readonly values: readonly [x: MapValues, y: MapValues];
}

/**
 * Returns the scales of the axes. Latent coordinates share one unit, so that distances are true. If an axis is a
 * measure, distances have no meaning and each axis is scaled to its own range.
 */
export function scalesOf({ x, y, values }: Axes): readonly [Scale, Scale] {
  if (isMeasure(x) || isMeasure(y)) return [wholeOf(values[0]), wholeOf(values[1])];
  const one = { origin: 0, unit: 1 };
  return [one, one];
}

/** Converts values to positions on a scale; NaN for images without a value. */
export function placesOn(values: MapValues, { origin, unit }: Scale): Float32Array {
  return Float32Array.from(values, (value) => (Number.isFinite(value) ? (value - origin) / unit : NaN));
}

/** Returns 1 for each image with values on both axes; null if every image has them. */
export function placedOn({ values: [x, y] }: Axes): Uint8Array | null {
  const has = Uint8Array.from(x, (value, i) => Number(Number.isFinite(value) && Number.isFinite(y[i])));
  return has.includes(0) ? has : null;
}

/** Describes the axes, the number of images without values, and whether positions can be decoded. */
export function axesText({ set }: MapData, { x, y }: Axes, placed: Uint8Array | null): string {
  const [across, up] = [x, y].map((axis) => {
    const unit = unitOf(axis);
    return unit === '' ? axisName(set, axis) : `${axisName(set, axis)} (${unit})`;
  });
  const missing = placed === null ? 0 : placed.reduce((sum, has) => sum + 1 - has, 0);
  return [
    t('Across: {0}. Up: {1}.', across!, up!),
    ...(missing === 0
      ? []
      : [t('{0} of {1} images have no value there and are not drawn.', count(missing), count(set.count))]),
    ...(isMeasure(x) || isMeasure(y)
      ? [t('Each axis has its own scale, and a position between the points cannot be decoded.')]
      : []),
  ].join(' ');
}

/** Returns the scale that maps the values to 0 to 1. */
function wholeOf(values: MapValues): Scale {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low < high) return { origin: low, unit: high - low };
  return { origin: low > high ? 0 : low, unit: 1 };
}
