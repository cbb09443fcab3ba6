import { element, setAttributes } from '../shared/element';
import { coordinate } from '../shared/format';
import { endsText } from './direction-text';
import type { Mismatch } from './direction-text';
import { t } from '../shared/l10n';
import type { SavedDirection, SavedDirections } from '../../src/domain/direction';

export interface SavedEvents {
  choose(direction: SavedDirection): void;
  open(file: string): void;
  remove(file: string): void;
  misfit(direction: SavedDirection): Mismatch | null;
}

/** The saved directions of the workspace. A direction with other dimensions is disabled, with the reason. */
export class SavedList {
  readonly element = element('div', { class: 'saved-directions' });

  constructor(private readonly events: SavedEvents) {}

  /** Redraws the list. @param chosen file of the selected direction */
  show({ directions, damaged }: SavedDirections, chosen: string): void {
    setAttributes(this.element, { hidden: directions.length + damaged.length === 0 });
    this.element.replaceChildren(
      element('h3', {}, t('Saved directions')),
      element('ul', {}, ...directions.map((direction) => this.line(direction, chosen))),
      ...damaged.map((why) => element('p', { class: 'error-text' }, why)),
    );
  }

  private line(direction: SavedDirection, chosen: string): HTMLElement {
    const { name, file, score } = direction;
    const misfit = this.events.misfit(direction);
    const pressed = String(file === chosen);
    const use = element('button', { type: 'button', class: 'link', 'aria-pressed': pressed }, name);
    use.disabled = misfit?.refused === true;
    use.addEventListener('click', () => this.events.choose(direction));
    const does = (label: string, title: string, act: () => void): HTMLElement => {
      const words = { type: 'button', class: 'link quiet', 'aria-label': title };
      const node = element('button', words, label);
      node.addEventListener('click', act);
      return node;
    };
    const effect = score?.effect.value == null ? '' : `; d ${coordinate(score.effect.value)}`;
    return element(
      'li',
      {},
      use,
      element(
        'span',
        { class: 'quiet' },
        endsText(direction) === name ? effect.slice(2) : endsText(direction) + effect,
      ),
      does(t('open'), t('Open {0}', name), () => this.events.open(file)),
      does(t('delete'), t('Delete {0}', name), () => this.events.remove(file)),
      misfit?.refused === true && element('span', { class: 'quiet misfit' }, misfit.why),
    );
  }
}
