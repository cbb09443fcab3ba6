import type { MapColumn, MapSet } from '../../src/protocol/map';
import type { MapAxis } from './choices';
import { t } from '../l10n';

/** Whether a place along a column can be taken back to a point of latent space. */
export function isLinear(axis: MapAxis): axis is MapColumn {
  return /^(mean|pc):/.test(axis);
}

/** Which point of latent space a place on the map stands for: what the axes say, and what is held where. */
export function heldText({ dimensions }: MapSet, x: MapColumn, y: MapColumn): string {
  if (x === y || dimensions === 1)
    return t('{0} across; both axes say the same', short(x)) + held(dimensions - 1, x);
  const axes = t('{0} across, {1} up', short(x), short(y));
  if (kindOf(x) !== kindOf(y))
    return dimensions === 2 ? axes : t('{0}; of all such points the nearest to the mean of all images', axes);
  return `${axes}${held(dimensions - 2, x)}`;
}

function held(others: number, column: MapColumn): string {
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
