import type { MapSet, MapTag } from '../../src/protocol/map';
import { count, images } from '../shared/format';
import { axisName } from '../map/data/axis-choices';
import { Select } from '../shared/select';
import type { SelectChoice } from '../shared/select';
import { t } from '../shared/l10n';
import type { ImageSet } from '../../src/domain/direction';

/** State of the map that sets can be chosen from. */
export interface MapFacts {
  readonly set: MapSet | null;
  readonly tags: readonly MapTag[];
  readonly selected: readonly string[];
}

/** Maximum principal components offered; later components explain little variance. */
const MAX_COMPONENTS = 10;
const REST: SelectChoice = { value: 'rest', label: t('All other images') };

export interface ChosenSet {
  readonly set: ImageSet;
  readonly words: string;
}

/**
 * Chooses one of the two sets. The value is stored in the view state: `label:3`, `tag:odd`, `kept` for images that were
 * selected on the map at the time, `rest`, or `pc:0`.
 */
export class SetChoice {
  private readonly select: Select;
  readonly element: HTMLElement;

  /** @param isFirst offers principal components; the second set offers all other images instead */
  constructor(
    label: string,
    private readonly isFirst: boolean,
    private readonly onChange: (value: string, kept: readonly string[] | null) => void,
    private readonly facts: () => MapFacts,
  ) {
    this.select = new Select(label, (value) => this.choose(value));
    this.element = this.select.element;
  }

  /**
   * @param kept ids of the images selected on the map earlier
   * @returns the value shown: `value` if available, else the first choice
   */
  show(value: string, kept: readonly string[]): string {
    const choices = this.choices(kept);
    const shown = choices.some((choice) => choice.value === value) ? value : (choices[0]?.value ?? '');
    this.select.show(choices, shown);
    return shown;
  }

  /** Returns the component number of `pc:0`; null for a set. */
  static component(value: string): number | null {
    return value.startsWith('pc:') ? Number(value.slice('pc:'.length)) : null;
  }

  /** Returns the set and its name; null if it does not exist. */
  chosen(value: string, kept: readonly string[]): ChosenSet | null {
    const [kind, name] = [value.slice(0, value.indexOf(':')), value.slice(value.indexOf(':') + 1)];
    if (value === 'rest') return { set: { rest: true }, words: t('all other images') };
    if (value === 'kept') return { set: { ids: kept }, words: t('{0} of the map', images(kept.length)) };
    if (kind === 'label') return { set: { label: name }, words: t('label {0}', name) };
    const tag = kind === 'tag' ? this.facts().tags.find((each) => each.name === name) : undefined;
    return tag ? { set: { ids: tag.ids }, words: t('tag {0}', name) } : null;
  }

  private choose(value: string): void {
    if (value === 'selection') this.onChange('kept', this.facts().selected);
    else this.onChange(value, null);
  }

  private choices(kept: readonly string[]): SelectChoice[] {
    const { set, tags, selected } = this.facts();
    const isKept = kept.length === selected.length && kept.every((id, i) => id === selected[i]);
    const components = set === null ? 0 : Math.min(MAX_COMPONENTS, set.dimensions);
    return [
      ...(this.isFirst ? [] : [REST]),
      ...(kept.length === 0
        ? []
        : [{ value: 'kept', label: t('{0} from an earlier selection', images(kept.length)) }]),
      ...(selected.length === 0 || isKept
        ? []
        : [{ value: 'selection', label: t('Selected on the map ({0})', count(selected.length)) }]),
      ...(set?.labelNames ?? []).map((name) => ({ value: `label:${name}`, label: name, group: t('Labels') })),
      ...tags.map(({ name, ids }) => ({
        value: `tag:${name}`,
        label: `${name} (${count(ids.length)})`,
        group: t('Tags'),
      })),
      ...Array.from({ length: this.isFirst ? components : 0 }, (_, k) => ({
        value: `pc:${k}`,
        label: axisName(set!, `pc:${k}`),
        group: t('Principal components'),
      })),
    ];
  }
}
