import { element } from '../shared/element';
import { nats } from '../shared/format';
import { DEAD_BELOW, byFallingKl } from '../shared/activity';
import type { KlSource } from '../shared/activity';
import { t } from '../shared/l10n';

/** Table alternative of the KL per dimension, filled only while open. */
export class KlTable {
  readonly element: HTMLDetailsElement;
  private readonly body = element('tbody');
  private source: KlSource | null = null;

  constructor(open: boolean, onToggle: (open: boolean) => void) {
    const head = [t('Dimension'), 'KL', t('State')].map((name) => element('th', { scope: 'col' }, name));
    this.element = element(
      'details',
      { class: 'table-alternative', open },
      element('summary', {}, t('KL per dimension as a table')),
      element(
        'div',
        { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': t('KL per dimension') },
        element('table', { class: 'numbers' }, element('thead', {}, element('tr', {}, ...head)), this.body),
      ),
    );
    this.element.addEventListener('toggle', () => {
      onToggle(this.element.open);
      this.fill();
    });
  }

  show(source: KlSource): void {
    this.source = source;
    this.fill();
  }

  private fill(): void {
    if (!this.element.open || this.source === null) return;
    const { klPerDimension } = this.source;
    const line = (d: number): HTMLElement => {
      const kl = klPerDimension[d]!;
      const texts = [String(d), nats(kl), kl >= DEAD_BELOW ? 'active' : 'dead'];
      return element('tr', {}, ...texts.map((text) => element('td', {}, text)));
    };
    this.body.replaceChildren(...byFallingKl(klPerDimension).map(line));
  }
}
