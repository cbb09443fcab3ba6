import type { MapImages, MapSet } from '../../src/protocol/map';
import type { ColourBy } from './choices';
import type { MapData } from './map-data';
import { categoryLook, HIDDEN, plainColour, scaleColour, type CategoryLook } from './palette';

/** A kind of image that can be told apart and hidden. `key` stays the same whatever else is on the map. */
export interface Category extends CategoryLook {
  readonly key: string;
  readonly name: string;
  readonly count: number;
}

export type Colouring =
  | {
      readonly kind: 'categories';
      readonly categories: readonly Category[];
      /** Of each point; the last category may be those without one. */
      readonly of: Int32Array;
    }
  | { readonly kind: 'scale'; readonly values: Float32Array; readonly low: number; readonly high: number };

/** What is left of the colour of a point beside the selection. */
const DIMMED = 0.22;
const SPLIT_NAMES = ['train', 'validation', 'test'];

export async function colouringOf(data: MapData, colour: ColourBy, light: boolean): Promise<Colouring> {
  if (colour === 'label' || colour === 'split' || colour === 'none') return categoriesOf(data, colour, light);
  return byValue(await data.column(colour));
}

/** Of a choice that is no column of numbers; its colours are those for a bright or a dark ground. */
export function categoriesOf(
  { set, images }: Pick<MapData, 'set' | 'images'>,
  colour: ColourBy,
  light: boolean,
): Colouring {
  if (colour === 'label') return byLabel(set, images, light);
  return colour === 'split' ? bySplit(images, light) : plain(set.count, light);
}

function byLabel(set: MapSet, images: MapImages, light: boolean): Colouring {
  const names = set.labelNames ?? [];
  const labels = images.labels ?? new Int32Array(set.count).fill(-1);
  const none = names.length;
  const of = labels.map((label) => (label < 0 ? none : label));
  const looks = names.map((name, i) => ({ key: `label:${name}`, name, ...categoryLook(i, light) }));
  const unlabelled = { key: 'label', name: 'no label', colour: plainColour(light), shape: 0 };
  return categories([...looks, unlabelled], of);
}

function bySplit({ splits }: MapImages, light: boolean): Colouring {
  const looks = SPLIT_NAMES.map((name, i) => ({ key: `split:${name}`, name, ...categoryLook(i, light) }));
  return categories(looks, Int32Array.from(splits));
}

/** All points alike. */
function plain(count: number, light: boolean): Colouring {
  const one = { key: 'all', name: 'all images', colour: categoryLook(0, light).colour, shape: 0 };
  return categories([one], new Int32Array(count));
}

/** By a number; the scale spans all but the outermost hundredth at each end, so that one outlier does not flatten the rest. */
export function byValue(values: Float32Array): Colouring {
  const sorted = values.filter((value) => Number.isFinite(value)).sort();
  const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? 0;
  return { kind: 'scale', values, low: at(0.01), high: at(0.99) };
}

/** Red, green, blue and shape of each point, in one byte each: what a layer draws. */
export function stylesOf(colouring: Colouring, hidden: ReadonlySet<string>, light: boolean): Uint8Array {
  if (colouring.kind === 'categories') {
    const looks = colouring.categories.map(({ key, colour, shape }) => [
      ...colour,
      hidden.has(key) ? HIDDEN : shape,
    ]);
    const styles = new Uint8Array(colouring.of.length * 4);
    colouring.of.forEach((category, i) => styles.set(looks[category]!, i * 4));
    return styles;
  }
  const { values, low, high } = colouring;
  const steps = Array.from({ length: 256 }, (_, i) => [...scaleColour(i / 255, light), 0]);
  const styles = new Uint8Array(values.length * 4);
  const factor = high > low ? 255 / (high - low) : 0;
  values.forEach((value, i) => {
    const step = Math.min(255, Math.max(0, Math.round((value - low) * factor)));
    styles.set(steps[step || 0]!, i * 4);
  });
  return styles;
}

/** Hides what is not `shown`, and takes the colour out of what is not `selected`; null for all. Changes `styles`. */
export function narrow(
  styles: Uint8Array,
  shown: Uint8Array | null,
  selected: Uint8Array | null,
  light: boolean,
): void {
  const ground = light ? 255 : 31;
  for (let i = 0; 4 * i < styles.length; i++) {
    if (shown !== null && shown[i] === 0) styles[4 * i + 3] = HIDDEN;
    if (selected === null || selected[i] === 1) continue;
    for (let channel = 4 * i; channel < 4 * i + 3; channel++)
      styles[channel] = Math.round(ground + (styles[channel]! - ground) * DIMMED);
  }
}

export function isVisible(styles: Uint8Array, index: number): boolean {
  return styles[index * 4 + 3] !== HIDDEN;
}

function categories(looks: readonly Omit<Category, 'count'>[], of: Int32Array): Colouring {
  const counts = new Uint32Array(looks.length);
  for (const category of of) counts[category]!++;
  return { kind: 'categories', categories: looks.map((look, i) => ({ ...look, count: counts[i]! })), of };
}
