import type { ImageSet } from '../../src/domain/direction';
import type { MapSet, MapTag } from '../../src/protocol/map';
import { count, images } from '../shared/format';
import type { SelectChoice } from '../shared/select-choice';
import { axisName } from '../map/data/axis-choices';
import { t } from '../shared/l10n';

/** What the two sets of a direction are chosen from. */
export interface SetSources {
  readonly set: MapSet;
  readonly tags: readonly MapTag[];
  /** Ids of the selected images. */
  readonly selected: readonly string[];
  /** Ids that were selected when the set was chosen. */
  readonly kept: readonly string[];
}

/** Maximum principal components offered; later components explain little variance. */
const MAX_COMPONENTS = 10;
const PRINCIPAL = 'pc:';
const REST: SelectChoice = { value: 'rest', label: t('All other images') };

export interface ChosenSet {
  readonly set: ImageSet;
  readonly words: string;
}

/**
 * Returns what a set can be, by the value that is kept as the choice: `label:3`, `tag:odd`, `selection`, `kept` for images that
 * were selected at the time, `rest`, or `pc:0`.
 * @param isFirst offers principal components; the second set offers all other images instead
 */
export function setChoices(sources: SetSources, isFirst: boolean): readonly SelectChoice[] {
  const { set, tags, selected, kept } = sources;
  const isKept = kept.length === selected.length && kept.every((id, i) => id === selected[i]);
  return [
    ...(isFirst ? [] : [REST]),
    ...(kept.length === 0
      ? []
      : [
          {
            value: 'kept',
            label: isKept
              ? t('The selection ({0})', count(kept.length))
              : t('{0} from an earlier selection', images(kept.length)),
          },
        ]),
    ...(selected.length === 0 || isKept
      ? []
      : [{ value: 'selection', label: t('The selection ({0})', count(selected.length)) }]),
    ...(set.labelNames ?? []).map((name) => ({ value: `label:${name}`, label: name, group: t('Labels') })),
    ...tags.map(({ name, ids }) => ({
      value: `tag:${name}`,
      label: `${name} (${count(ids.length)})`,
      group: t('Tags'),
    })),
    ...Array.from({ length: isFirst ? Math.min(MAX_COMPONENTS, set.dimensions) : 0 }, (_, k) => ({
      value: `${PRINCIPAL}${k}`,
      label: axisName(set, `pc:${k}`),
      group: t('Principal components'),
    })),
  ];
}

/** Returns the choice that is shown: the kept one if it is there, else the first; empty if there is none. */
export const shownChoice = (choices: readonly SelectChoice[], value: string): string =>
  choices.some((choice) => choice.value === value) ? value : (choices[0]?.value ?? '');

/** Returns the component number of `pc:0`; null for a set. */
export const componentOf = (value: string): number | null =>
  value.startsWith(PRINCIPAL) ? Number(value.slice(PRINCIPAL.length)) : null;

/** Returns the set and its name; null if it does not exist. */
export function chosenSet(value: string, { tags, selected, kept }: SetSources): ChosenSet | null {
  const [kind, name] = [value.slice(0, value.indexOf(':')), value.slice(value.indexOf(':') + 1)];
  const some = (ids: readonly string[]): ChosenSet => ({
    set: { ids },
    words: t('{0} of the selection', images(ids.length)),
  });
  if (value === 'rest') return { set: { rest: true }, words: t('all other images') };
  if (value === 'kept') return some(kept);
  if (value === 'selection') return some(selected);
  if (kind === 'label') return { set: { label: name }, words: t('label {0}', name) };
  const tag = kind === 'tag' ? tags.find((each) => each.name === name) : undefined;
  return tag ? { set: { ids: tag.ids }, words: t('tag {0}', name) } : null;
}
