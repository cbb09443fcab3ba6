import type { MapColumn, MapSet } from '../../../src/protocol/map';
import { t } from '../../shared/l10n';
import { isUmap } from './umap-axes';
import type { MapAxis } from './map-axis';

/** Whether positions on these axes can be decoded: latent coordinates directly, UMAP through the nearest image. */
export function isDecodable(
  axes: readonly [x: MapAxis, y: MapAxis],
): axes is readonly [x: MapColumn, y: MapColumn] {
  return isLinear(axes) || axes.every(isUmap);
}

/** Whether both axes are coordinates of latent space, so that they show a plane through it. */
export function isLinear(
  axes: readonly [x: MapAxis, y: MapAxis],
): axes is readonly [x: MapColumn, y: MapColumn] {
  return axes.every((axis) => /^(mean|pc):/.test(axis));
}

/** Describes the latent point at a position on the map: the coordinates on the axes, and the values of the others. */
export function fixedText({ dimensions }: MapSet, x: MapColumn, y: MapColumn): string {
  if (isUmap(x))
    return t('UMAP cannot be inverted: a position shows the posterior mean of the image nearest on the map');
  if (x === y || dimensions === 1)
    return t('{0} across; both axes are the same', short(x)) + fixed(dimensions - 1, x);
  const axes = t('{0} across, {1} up', short(x), short(y));
  if (kindOf(x) !== kindOf(y))
    return dimensions === 2 ? axes : t('{0}; of all such points the nearest to the mean of all images', axes);
  return `${axes}${fixed(dimensions - 2, x)}`;
}

function fixed(others: number, column: MapColumn): string {
  if (others <= 0) return '';
  const text =
    kindOf(column) === 'pc'
      ? others === 1
        ? t('the other component at the mean of all images')
        : t('the other {0} components at the mean of all images', others)
      : others === 1
        ? t('the other dimension at the mean of all images')
        : t('the other {0} dimensions at the mean of all images', others);
  return `; ${text}`;
}

const kindOf = (column: MapColumn): string => column.split(':')[0]!;

function short(column: MapColumn): string {
  const number = Number(column.split(':')[1]);
  return kindOf(column) === 'pc' ? `PC ${number + 1}` : `z${number}`;
}
