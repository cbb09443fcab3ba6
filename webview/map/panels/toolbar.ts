import { element, setAttributes, setText } from '../../shared/element';
import { count } from '../../shared/format';
import { checkbox } from '../../shared/toolkit';
import type { DragMode } from '../canvas/gestures';
import { Select } from '../../shared/select';
import type { SelectChoice } from '../../shared/select';
import { t } from '../../shared/l10n';

export interface ToolbarEvents {
  /** The user has chosen an axis or the colour. */
  choose(what: 'x' | 'y' | 'colour', value: string): void;
  mode(mode: DragMode): void;
  thumbnails(shown: boolean): void;
  /** Switches decoding under the mouse on or off. */
  decode(on: boolean): void;
  search(text: string): void;
}

export interface ToolbarChoices {
  readonly axes: readonly SelectChoice[];
  readonly colours: readonly SelectChoice[];
  readonly x: string;
  readonly y: string;
  readonly colour: string;
}

const MODES = [
  { mode: 'move', label: t('Move'), title: t('Dragging moves the map') },
  { mode: 'box', label: t('Box'), title: t('Dragging selects a rectangle (or hold Shift)') },
  { mode: 'lasso', label: t('Lasso'), title: t('Dragging draws around what is selected') },
  { mode: 'line', label: t('Line'), title: t('Dragging draws a path through latent space') },
] as const;

/** The toolbar above the map. */
export class Toolbar {
  readonly element: HTMLElement;
  private readonly x: Select;
  private readonly y: Select;
  private readonly colour: Select;
  private readonly search = element('input', {
    type: 'search',
    class: 'map-search',
    placeholder: t('Search names and labels'),
    'aria-label': t('Search names and labels'),
    spellcheck: 'false',
  });
  private readonly foundText = element('span', { class: 'quiet', role: 'status' });

  constructor(
    events: ToolbarEvents,
    {
      thumbnails,
      decode,
      search,
    }: { readonly thumbnails: boolean; readonly decode: boolean; readonly search: string },
  ) {
    this.x = new Select('x', (value) => events.choose('x', value));
    this.y = new Select('y', (value) => events.choose('y', value));
    this.colour = new Select(t('Colour'), (value) => events.choose('colour', value));
    const buttons = MODES.map(({ mode, label, title }) => {
      const node = element('button', { type: 'button', class: 'map-mode', title, 'data-mode': mode }, label);
      node.addEventListener('click', () => {
        show(mode);
        events.mode(mode);
      });
      return node;
    });
    const show = (mode: DragMode): void => {
      for (const node of buttons)
        setAttributes(node, { 'aria-pressed': String(node.dataset['mode'] === mode) });
    };
    show('move');
    this.search.value = search;
    this.search.addEventListener('input', () => events.search(this.search.value));
    this.element = element(
      'div',
      { class: 'map-tools' },
      this.x.element,
      this.y.element,
      this.colour.element,
      element('div', { class: 'map-modes', role: 'group', 'aria-label': t('Dragging') }, ...buttons),
      checkbox(t('Thumbnails'), thumbnails, (shown) => events.thumbnails(shown)),
      checkbox(t('Decode'), decode, (on) => events.decode(on)),
      element('div', { class: 'map-find' }, this.search, this.foundText),
    );
  }

  show({ axes, colours, x, y, colour }: ToolbarChoices): void {
    this.x.show(axes, x);
    this.y.show(axes, y);
    this.colour.show(colours, colour);
  }

  /** Shows the number of search results; null while there is no search. */
  found(number: number | null): void {
    setText(this.foundText, number === null ? '' : t('{0} found', count(number)));
  }
}
