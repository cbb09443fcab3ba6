import type { ExplorerState } from '../../shared/explorer-state';
import { narrow, recoloured, stylesOf } from './colouring';
import type { Colouring } from './colouring';
import type { Drawn } from '../data/plot-data';
import { ownColours } from './custom-colours';
import type { Rgb } from '../../shared/palette';
import { matching } from '../data/selection';

/** How points look once all that a person has chosen counts. */
export interface Styled {
  readonly styles: Uint8Array;
  readonly colouring: Colouring;
  /** Colours that were given to categories, by key. */
  readonly own: ReadonlyMap<string, Rgb>;
  /** How many images the search has found; null where nothing is sought. */
  readonly found: number | null;
}

type Choices = Pick<ExplorerState, 'mapHidden' | 'mapSearch' | 'mapColours'>;

/** @param selected 1 for each selected point; null where nothing is selected */
export function styled(
  { data, colouring: before, placed }: Drawn,
  { mapHidden, mapSearch, mapColours }: Choices,
  selected: Uint8Array | null,
  light: boolean,
): Styled {
  const own = ownColours(mapColours);
  const colouring = recoloured(before, light, own);
  const styles = stylesOf(colouring, new Set(mapHidden), light);
  const matches = matching(data, mapSearch);
  narrow(styles, matches, selected, light);
  narrow(styles, placed, null, light);
  return { styles, colouring, own, found: matches && matches.reduce((sum, one) => sum + one, 0) };
}
