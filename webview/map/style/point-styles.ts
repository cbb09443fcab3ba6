import type { Choices } from '../../shared/choices';
import { narrow, recoloured, stylesOf } from './colouring';
import type { Colouring } from './colouring';
import type { PlotData } from '../data/plot-data';
import { customColours } from './custom-colours';
import type { Rgb } from '../../shared/palette';
import { matching } from '../data/selection';

/** Appearance of the points after all of the user's choices. */
export interface PointStyles {
  readonly styles: Uint8Array;
  readonly colouring: Colouring;
  /** The user's colours of categories, by key. */
  readonly own: ReadonlyMap<string, Rgb>;
  /** Number of search results; null without a search. */
  readonly found: number | null;
}

type StyleChoices = Pick<Choices, 'mapHidden' | 'mapSearch' | 'mapColours'>;

/**
 * Applies hidden categories, search, selection and custom colours.
 * @param selected 1 for each selected point; null for no selection
 */
export function pointStyles(
  { data, colouring: before, placed }: PlotData,
  { mapHidden, mapSearch, mapColours }: StyleChoices,
  selected: Uint8Array | null,
  light: boolean,
): PointStyles {
  const own = customColours(mapColours);
  const colouring = recoloured(before, light, own);
  const styles = stylesOf(colouring, new Set(mapHidden), light);
  const matches = matching(data, mapSearch);
  narrow(styles, matches, selected, light);
  narrow(styles, placed, null, light);
  return { styles, colouring, own, found: matches && matches.reduce((sum, one) => sum + one, 0) };
}
