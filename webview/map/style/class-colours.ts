import { categoryStyle } from '../../shared/palette';
import type { Rgb } from '../../shared/palette';
import type { Colouring } from './colouring';

/**
 * Returns the colours of a classifier's classes. Where the points are coloured by categories of which each class has one of its name, it
 * is that of the category: a region looks like the points that belong there.
 * @param light whether the background is light
 */
export function classColours(names: readonly string[], colouring: Colouring, light: boolean): Rgb[] {
  const own = names.map((_, k) => categoryStyle(k, light).colour);
  if (colouring.kind !== 'categories') return own;
  const ofName = new Map(colouring.categories.map(({ name, colour }) => [name, colour]));
  const shared = names.map((name) => ofName.get(name));
  return shared.every((colour) => colour !== undefined) ? shared : own;
}
