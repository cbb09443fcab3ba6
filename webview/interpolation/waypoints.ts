import type { InterpolationRequest } from '../../src/protocol/panel';
import { element, setAttributes } from '../shared/element';
import { pictureCanvas } from '../shared/pictures';
import { button } from '../shared/toolkit';
import { t } from '../shared/l10n';

export interface WaypointEvents {
  add(): void;
  /** Reorders or removes waypoints; `order` lists the indices that remain. */
  arrange(order: readonly number[]): void;
  go(waypoint: number): void;
}

/** The list of the path's waypoints, with buttons to add, reorder and remove them. */
export class Waypoints {
  readonly element: HTMLElement;
  private readonly list = element('ol', { class: 'waypoints', 'aria-label': t('Waypoints') });
  private readonly note = element('p', { class: 'quiet', hidden: true });
  private count = 0;

  constructor(private readonly events: WaypointEvents) {
    const numbers = (): number[] => Array.from({ length: this.count }, (_, i) => i);
    this.element = element(
      'div',
      { class: 'waypoints-box' },
      this.list,
      this.note,
      element(
        'div',
        { class: 'buttons' },
        button({
          label: t('Add Image…'),
          title: t('Adds a waypoint at the end'),
          onClick: () => events.add(),
        }),
        button({ label: t('Reverse'), onClick: () => events.arrange(numbers().reverse()) }),
      ),
    );
  }

  show({ names, note, path }: InterpolationRequest): void {
    this.count = names.length;
    this.note.textContent = note;
    setAttributes(this.note, { hidden: note === '' });
    this.list.replaceChildren(...names.map((name, i) => this.line(name, i, path)));
  }

  private line(name: string, i: number, { linear, at }: InterpolationRequest['path']): HTMLElement {
    const canvas = pictureCanvas(linear.pictures, at[i]!, '');
    canvas.setAttribute('aria-hidden', 'true');
    const go = element('button', { type: 'button', class: 'waypoint-name', title: name }, name);
    go.addEventListener('click', () => this.events.go(i));
    const all = Array.from({ length: this.count }, (_, k) => k);
    const swapped = (other: number): number[] => all.map((k) => (k === i ? other : k === other ? i : k));
    const small = (label: string, title: string, disabled: boolean, order: () => number[]): HTMLElement => {
      const node = element(
        'button',
        { type: 'button', class: 'small', title, 'aria-label': `${title}: ${name}`, disabled },
        label,
      );
      node.addEventListener('click', () => this.events.arrange(order()));
      return node;
    };
    return element(
      'li',
      {},
      canvas,
      go,
      small('\u2191', t('Move up'), i === 0, () => swapped(i - 1)),
      small('\u2193', t('Move down'), i === this.count - 1, () => swapped(i + 1)),
      small('\u00d7', t('Remove'), this.count <= 2, () => all.filter((k) => k !== i)),
    );
  }
}
