import { element } from './element';

export interface SelectChoice {
  readonly value: string;
  readonly label: string;
  /** Heading under which the choices of a group are listed. */
  readonly group?: string;
}

/** A native drop-down list, which works everywhere and is accessible to screen readers. */
export class Select {
  readonly element: HTMLElement;
  private readonly select: HTMLSelectElement;
  private key = '';

  constructor(label: string, onChange: (value: string) => void) {
    this.select = element('select', { 'aria-label': label });
    this.select.addEventListener('change', () => onChange(this.select.value));
    this.element = element(
      'label',
      { class: 'select' },
      element('span', { 'aria-hidden': 'true' }, label),
      this.select,
    );
  }

  /** Rebuilds the list only if it differs, so that an open list does not close. */
  show(choices: readonly SelectChoice[], selected: string): void {
    const key = JSON.stringify(choices);
    if (key !== this.key) {
      this.key = key;
      const groups = new Map<string, HTMLElement>();
      this.select.replaceChildren();
      for (const { value, label, group } of choices) {
        const option = element('option', { value }, label);
        if (group === undefined) this.select.append(option);
        else {
          if (!groups.has(group)) groups.set(group, element('optgroup', { label: group }));
          groups.get(group)!.append(option);
        }
      }
      for (const group of groups.values()) this.select.append(group);
    }
    this.select.value = selected;
  }
}
