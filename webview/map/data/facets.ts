import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { MapTag } from '../../../src/protocol/map';
import { toFailure } from '../../../src/protocol/rpc';
import type { SelectChoice } from '../../shared/select-choice';
import { t } from '../../shared/l10n';
import { axisName, measuresOf, dimensionChoices, fieldOf } from './axis-choices';
import type { MapAxis } from './map-axis';
import type { MapData, MapValues } from './map-data';

/** A column by which images are filtered, counted and sorted. */
export type FacetColumn = MapAxis | 'label' | 'split' | 'tag';

/** A name of a class; null for the images without one. */
export type ClassName = string | null;

export type Facet =
  | { readonly kind: 'numbers'; readonly values: MapValues }
  | {
      readonly kind: 'classes';
      readonly names: readonly ClassName[];
      /** Calls `visit` for each image and class that it is in, by their indices; an image may have several tags. */
      each(visit: (image: number, name: number) => void): void;
    };

const SPLIT_NAMES = [t('training'), t('validation'), t('test')];

/** Returns the columns to choose from. @param tagged whether there are tags */
export function facetChoices({ set, fields }: MapData, tagged: boolean): readonly SelectChoice[] {
  return [
    ...(set.labelNames === null ? [] : [{ value: 'label', label: t('Label') }]),
    { value: 'split', label: t('Split') },
    ...(tagged ? [{ value: 'tag', label: t('Tag') }] : []),
    ...fields.map(({ name }) => ({ value: `field:${name}`, label: name, group: t('Columns') })),
    ...measuresOf(set).map((choice) => ({ ...choice, group: t('Bounds') })),
    ...dimensionChoices(set),
  ];
}

export function facetName({ set }: MapData, column: FacetColumn): string {
  if (column === 'label') return t('Label');
  if (column === 'split') return t('Split');
  return column === 'tag' ? t('Tag') : axisName(set, column);
}

/** What a class is called; `column` says what an image without one lacks. */
export function className(column: FacetColumn, name: ClassName): string {
  if (name !== null) return name;
  if (column === 'label') return t('no label');
  return column === 'tag' ? t('no tag') : t('none');
}

/** The columns of a map as facets: what has to be fetched is fetched when it is first read. */
export class Facets {
  private readonly fetched = new Map<string, Signal<Facet | null>>();
  private readonly failed = signal('');

  constructor(private readonly data: MapData) {}

  /** Why a column could not be read; empty if all could. */
  get trouble(): string {
    return this.failed.value;
  }

  /** Returns a column; null while it is on its way or if there is none of this name. */
  of(column: FacetColumn, tags: readonly MapTag[]): Facet | null {
    const { data } = this;
    if (column === 'tag') return tagFacet(data, tags);
    if (column === 'split') return ofIndices(SPLIT_NAMES, data.images.splits);
    const { labels } = data.images;
    if (column === 'label') return labels && ofIndices(data.set.labelNames ?? [], labels);
    const known = this.fetched.get(column);
    if (known) return known.value;
    const facet = signal<Facet | null>(null);
    this.fetched.set(column, facet);
    void this.fetch(column, facet);
    return facet.value;
  }

  private async fetch(column: MapAxis, facet: Signal<Facet | null>): Promise<void> {
    const name = fieldOf(column);
    const field = this.data.fields.find((each) => each.name === name);
    if (name !== null && !field) return;
    try {
      const values = await this.data.along(column);
      facet.value = field?.names ? ofIndices(field.names, values) : { kind: 'numbers', values };
      this.failed.value = '';
    } catch (error) {
      this.fetched.delete(column);
      this.failed.value = toFailure(error).message;
    }
  }
}

/** Classes by their index for each image; -1 or another index that has no name is no class. */
function ofIndices(names: readonly string[], of: ArrayLike<number>): Facet {
  const none = names.length;
  const has = (index: number): boolean => index >= 0 && index < none;
  const isComplete = Array.prototype.every.call(of, has);
  return {
    kind: 'classes',
    names: isComplete ? names : [...names, null],
    each(visit) {
      for (let i = 0; i < of.length; i++) visit(i, has(of[i]!) ? of[i]! : none);
    },
  };
}

function tagFacet(data: MapData, tags: readonly MapTag[]): Facet {
  return {
    kind: 'classes',
    names: [...tags.map(({ name }) => name), null],
    each(visit) {
      const tagged = new Uint8Array(data.set.count);
      tags.forEach(({ ids }, tag) => {
        for (const id of ids) {
          const image = data.indexOf(id);
          if (image < 0) continue;
          tagged[image] = 1;
          visit(image, tag);
        }
      });
      tagged.forEach((has, image) => has === 0 && visit(image, tags.length));
    },
  };
}
