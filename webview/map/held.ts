import type { MapColumn, MapSet } from '../../src/protocol/map';

/** Whether a place along a column can be taken back to a point of latent space. */
export function isLinear(column: MapColumn): boolean {
  return /^(mean|pc):/.test(column);
}

/** Which point of latent space a place on the map stands for: what the axes say, and what is held where. */
export function heldText({ dimensions }: MapSet, x: MapColumn, y: MapColumn): string {
  const across = `${short(x)} across`;
  if (x === y || dimensions === 1) return `${across}; both axes say the same${held(dimensions - 1, x)}`;
  const axes = `${across}, ${short(y)} up`;
  if (kindOf(x) !== kindOf(y))
    return dimensions === 2 ? axes : `${axes}; of all such points the nearest to the mean of all images`;
  return `${axes}${held(dimensions - 2, x)}`;
}

function held(others: number, column: MapColumn): string {
  if (others <= 0) return '';
  const name = kindOf(column) === 'pc' ? 'component' : 'dimension';
  return `; the other ${others === 1 ? name : `${others} ${name}s`} at the mean of all images`;
}

const kindOf = (column: MapColumn): string => column.split(':')[0]!;

function short(column: MapColumn): string {
  const number = Number(column.split(':')[1]);
  return kindOf(column) === 'pc' ? `PC ${number + 1}` : `z${number}`;
}
