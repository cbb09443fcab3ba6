import { dim, hide, recoloured, stylesOf } from './colouring';
import type { Colouring } from './colouring';
import type { PlotData } from '../data/plot-data';
import { customColours } from './custom-colours';
import type { Rgb } from '../../shared/palette';

/** Opacity of points outside the selection, and of those that the filters leave out. */
const UNSELECTED_OPACITY = 0.22;
const FILTERED_OPACITY = 0.1;

/** Appearance of the points after all of the user's choices. */
export interface PointStyles {
  readonly styles: Uint8Array;
  readonly colouring: Colouring;
  /** The user's colours of categories, by key. */
  readonly own: ReadonlyMap<string, Rgb>;
}

export interface StyleChoices {
  readonly hiddenKeys: readonly string[];
  readonly colours: readonly string[];
  /** 1 for each point that filters and search leave, that is shown where only some are, and that is selected; null for all. */
  readonly left: Uint8Array | null;
  readonly isolated: Uint8Array | null;
  readonly selected: Uint8Array | null;
}

/** Applies hidden categories, filters, isolation, selection and custom colours. @param light whether the background is light */
export function pointStyles(
  { colouring: before, placed }: Pick<PlotData, 'colouring' | 'placed'>,
  { hiddenKeys, colours, left, isolated, selected }: StyleChoices,
  light: boolean,
): PointStyles {
  const own = customColours(colours);
  const colouring = recoloured(before, light, own);
  const styles = stylesOf(colouring, new Set(hiddenKeys), light);
  hide(styles, placed);
  hide(styles, isolated);
  dim(styles, selected, UNSELECTED_OPACITY, light);
  dim(styles, left, FILTERED_OPACITY, light);
  return { styles, colouring, own };
}
