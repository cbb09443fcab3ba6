import { element, setAttributes } from '../../shared/element';
import { count, nats } from '../../shared/format';
import type { Category, Colouring } from './colouring';
import { hexOf } from './custom-colours';
import { css, scaleColour } from '../../shared/palette';
import type { Rgb } from '../../shared/palette';
import { swatchOf } from '../canvas/shapes';
import { t } from '../../shared/l10n';

export interface LegendEvents {
  /** The user has changed which categories are hidden. @param keys of the hidden categories */
  hide(keys: readonly string[]): void;
  /** The user has chosen a colour (`#rrggbb`); null restores the default. Omit if colours cannot be changed. */
  colour?(key: string, hex: string | null): void;
}

/** Legend of the colours; clicking a category hides its points. */
export class Legend {
  readonly element = element('div', { class: 'map-legend' });
  private key = '';

  constructor(private readonly events: LegendEvents) {}

  /**
   * @param title the quantity shown by colour
   * @param hidden keys of hidden categories, possibly of other colourings
   * @param own the user's colours
   */
  show(
    colouring: Colouring,
    title: string,
    unit: string,
    hidden: readonly string[],
    light: boolean,
    own: ReadonlyMap<string, Rgb>,
  ): void {
    const { kind } = colouring;
    const shown =
      kind === 'scale'
        ? [colouring.low, colouring.high]
        : colouring.categories.map(({ key, count, colour }) => [key, count, own.has(key) && colour]);
    const key = JSON.stringify([title, unit, light, shown]);
    // Kept if only switches changed, so that keyboard focus survives.
    if (key !== this.key) {
      this.key = key;
      const body =
        kind === 'scale'
          ? scaleBar(colouring.low, colouring.high, unit, light)
          : this.list(
              colouring.categories.filter((category) => category.count > 0),
              hidden,
              own,
            );
      const focused = (document.activeElement as HTMLElement | null)?.dataset['colourOf'];
      this.element.replaceChildren(element('h3', {}, title), ...body);
      if (focused !== undefined) this.pickerOf(focused)?.focus();
    }
    for (const row of this.element.querySelectorAll<HTMLElement>('[data-key]'))
      setAttributes(row, { 'aria-pressed': String(!hidden.includes(row.dataset['key']!)) });
  }

  private pickerOf(key: string): HTMLElement | undefined {
    const pickers = [...this.element.querySelectorAll<HTMLElement>('[data-colour-of]')];
    return pickers.find((picker) => picker.dataset['colourOf'] === key);
  }

  /** Uses `change`, which fires once the user has settled on a colour: the list must stay while the dialog is open. */
  private picker({ key, name, colour }: Category): HTMLElement {
    const picker = element('input', {
      type: 'color',
      class: 'map-colour',
      value: hexOf(colour),
      title: t('Colour of {0}', name),
      'aria-label': t('Colour of {0}', name),
      'data-colour-of': key,
    });
    picker.addEventListener('change', () => this.events.colour?.(key, picker.value));
    return picker;
  }

  private list(
    categories: readonly Category[],
    hidden: readonly string[],
    colours: ReadonlyMap<string, Rgb>,
  ): HTMLElement[] {
    // Updated at each click: the list outlives many changes.
    let now = [...hidden];
    const own = new Set(categories.map(({ key }) => key));
    const change = (keys: readonly string[]): void => {
      now = [...keys];
      this.events.hide(now);
    };
    const pressed = (): string[] => {
      const off = [...this.element.querySelectorAll<HTMLElement>('[data-key][aria-pressed="false"]')];
      return [...now.filter((key) => !own.has(key)), ...off.map((row) => row.dataset['key']!)];
    };
    const rows = categories.map((category) => {
      const { key, name } = category;
      const toggle = element(
        'button',
        { type: 'button', class: 'map-category', 'data-key': key, title: name },
        swatchOf(category),
        element('span', { class: 'map-category-name' }, name),
        element('span', { class: 'quiet' }, count(category.count)),
      );
      toggle.addEventListener('click', () => {
        const off = pressed();
        change(off.includes(key) ? off.filter((other) => other !== key) : [...off, key]);
      });
      const only = element(
        'button',
        { type: 'button', class: 'map-only', 'aria-label': t('Only {0}', name) },
        t('only'),
      );
      only.addEventListener('click', () => {
        const others = [...own].filter((other) => other !== key);
        change([...pressed().filter((other) => !own.has(other)), ...others]);
      });
      return element(
        'li',
        {},
        toggle,
        categories.length > 1 && only,
        this.events.colour && this.picker(category),
      );
    });
    const all = element('button', { type: 'button', class: 'map-all' }, t('Show all'));
    all.addEventListener('click', () => change(pressed().filter((key) => !own.has(key))));
    const usual = element('button', { type: 'button', class: 'map-all' }, t('Usual colours'));
    usual.addEventListener('click', () => categories.forEach(({ key }) => this.events.colour?.(key, null)));
    const isOwn = categories.some(({ key }) => colours.has(key));
    return [element('ul', {}, ...rows), ...(categories.length > 1 ? [all] : []), ...(isOwn ? [usual] : [])];
  }
}

function scaleBar(low: number, high: number, unit: string, light: boolean): HTMLElement[] {
  const bar = element('canvas', { class: 'map-scale', width: 256, height: 1, 'aria-hidden': 'true' });
  const context = bar.getContext('2d');
  for (let i = 0; context !== null && i < 256; i++) {
    context.fillStyle = css(scaleColour(i / 255, light));
    context.fillRect(i, 0, 1, 1);
  }
  const ends = element(
    'div',
    { class: 'map-scale-ends' },
    element('span', {}, `\u2264 ${nats(low)}`),
    element('span', { class: 'quiet' }, unit),
    element('span', {}, `\u2265 ${nats(high)}`),
  );
  return [bar, ends];
}
