import { SPLIT_NAMES } from '../../../src/domain/split';
import type { MapImages, MapSet, MapTag } from '../../../src/protocol/map';
import { fieldOf } from '../data/axis-choices';
import { t } from '../../shared/l10n';
import type { MapData, MapValues } from '../data/map-data';
import { categoryStyle, HIDDEN, plainColour, scaleColour } from '../../shared/palette';
import type { CategoryStyle, Rgb } from '../../shared/palette';
import type { ColourBy } from '../data/map-axis';

/** A category of images that can be distinguished and hidden. `key` does not depend on what else is on the map. */
export interface Category extends CategoryStyle {
  readonly key: string;
  readonly name: string;
  readonly count: number;
  /** Index of its colour and shape; null for images without a category. */
  readonly styleIndex: number | null;
}

export type Colouring =
  | {
      readonly kind: 'categories';
      readonly categories: readonly Category[];
      /** Category index of each point; the last category may hold the points without one. */
      readonly of: Int32Array;
    }
  | { readonly kind: 'scale'; readonly values: MapValues; readonly low: number; readonly high: number };

/** Pulls the data for a colouring. @param tags of the run */
export async function colouringOf(
  data: MapData,
  colour: ColourBy,
  light: boolean,
  tags: readonly MapTag[],
): Promise<Colouring> {
  if (colour === 'tag') return byTag(data, tags, light);
  if (colour === 'label' || colour === 'split' || colour === 'none') return categoriesOf(data, colour, light);
  const name = fieldOf(colour);
  const values = await data.along(colour);
  const names = data.fields.find((field) => field.name === name)?.names ?? null;
  return names === null ? byValue(values) : byText(colour, names, values, light);
}

/** Returns a colouring that needs only labels or splits. @param light whether the background is light */
export function categoriesOf(
  { set, images }: Pick<MapData, 'set' | 'images'>,
  colour: 'label' | 'split' | 'none',
  light: boolean,
): Colouring {
  if (colour === 'label') return byLabel(set, images, light);
  return colour === 'split' ? bySplit(images, light) : plain(set.count, light);
}

/** Adapts a colouring to the background and applies the user's custom colours, by category key. */
export function recoloured(
  colouring: Colouring,
  light: boolean,
  own: ReadonlyMap<string, Rgb> = new Map(),
): Colouring {
  if (colouring.kind === 'scale') return colouring;
  const all = colouring.categories.map((category) => {
    const usual = styleOf(category.styleIndex, light);
    return { ...category, ...usual, colour: own.get(category.key) ?? usual.colour };
  });
  return { ...colouring, categories: all };
}

/** Colours by a text column; images without a value come last. */
function byText(key: string, names: readonly string[], values: MapValues, light: boolean): Colouring {
  const none = names.length;
  const kinds = names.map((name, i) => ({ key: `${key}:${name}`, name, styleIndex: i }));
  const of = Int32Array.from(values, (value) => (value < 0 ? none : value));
  return categories([...kinds, { key, name: 'none', styleIndex: null }], of, light);
}

/** Colours by tag. Images with several tags share one category, since a point has one colour. */
export function byTag(
  data: Pick<MapData, 'set' | 'indexOf'>,
  tags: readonly MapTag[],
  light: boolean,
): Colouring {
  const [several, none] = [tags.length, tags.length + 1];
  const of = new Int32Array(data.set.count).fill(none);
  tags.forEach(({ ids }, tag) => {
    for (const id of ids) {
      const index = data.indexOf(id);
      if (index >= 0) of[index] = of[index] === none ? tag : several;
    }
  });
  const kinds = tags.map(({ name }, i) => ({ key: `tag:${name}`, name, styleIndex: i }));
  const rest = [
    { key: 'tags', name: 'several tags', styleIndex: several },
    { key: 'tag', name: 'no tag', styleIndex: null },
  ];
  return categories([...kinds, ...rest], of, light);
}

function byLabel(set: MapSet, images: MapImages, light: boolean): Colouring {
  const names = set.labelNames ?? [];
  const labels = images.labels ?? new Int32Array(set.count).fill(-1);
  const none = names.length;
  const of = labels.map((label) => (label < 0 ? none : label));
  const kinds = names.map((name, i) => ({ key: `label:${name}`, name, styleIndex: i }));
  return categories([...kinds, { key: 'label', name: t('no label'), styleIndex: null }], of, light);
}

function bySplit({ splits }: MapImages, light: boolean): Colouring {
  const kinds = SPLIT_NAMES.map((name, i) => ({ key: `split:${name}`, name, styleIndex: i }));
  return categories(kinds, Int32Array.from(splits), light);
}

/** Gives all points the same colour. */
function plain(count: number, light: boolean): Colouring {
  return categories([{ key: 'all', name: t('all images'), styleIndex: 0 }], new Int32Array(count), light);
}

/** Colours by a number. The scale spans the 1st to 99th percentile, so that outliers do not flatten the rest. */
export function byValue(values: MapValues): Colouring {
  const sorted = values.filter((value) => Number.isFinite(value)).sort();
  const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? 0;
  return { kind: 'scale', values, low: at(0.01), high: at(0.99) };
}

/** Returns red, green, blue and shape of each point, one byte each, for `PointLayer`. */
export function stylesOf(colouring: Colouring, hidden: ReadonlySet<string>, light: boolean): Uint8Array {
  if (colouring.kind === 'categories') {
    const styleBytes = colouring.categories.map(({ key, colour, shape }) => [
      ...colour,
      hidden.has(key) ? HIDDEN : shape,
    ]);
    const styles = new Uint8Array(colouring.of.length * 4);
    colouring.of.forEach((category, i) => styles.set(styleBytes[category]!, i * 4));
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

/** Hides the points that are 0 in `shown`. Modifies `styles` in place. */
export function hide(styles: Uint8Array, shown: Uint8Array | null): void {
  shown?.forEach((one, i) => {
    if (one === 0) styles[4 * i + 3] = HIDDEN;
  });
}

/** Mixes the colours of the points that are 0 in `full` with the ground. Modifies `styles` in place. */
export function dim(styles: Uint8Array, full: Uint8Array | null, opacity: number, light: boolean): void {
  const ground = light ? 255 : 31;
  full?.forEach((one, i) => {
    if (one === 1) return;
    for (let channel = 4 * i; channel < 4 * i + 3; channel++)
      styles[channel] = Math.round(ground + (styles[channel]! - ground) * opacity);
  });
}

export function isVisible(styles: Uint8Array, index: number): boolean {
  return styles[index * 4 + 3] !== HIDDEN;
}

function categories(
  kinds: readonly Pick<Category, 'key' | 'name' | 'styleIndex'>[],
  of: Int32Array,
  light: boolean,
): Colouring {
  const counts = new Uint32Array(kinds.length);
  for (const category of of) counts[category]!++;
  const all = kinds.map((kind, i) => ({ ...kind, ...styleOf(kind.styleIndex, light), count: counts[i]! }));
  return { kind: 'categories', categories: all, of };
}

function styleOf(styleIndex: number | null, light: boolean): CategoryStyle {
  return styleIndex === null ? { colour: plainColour(light), shape: 0 } : categoryStyle(styleIndex, light);
}
