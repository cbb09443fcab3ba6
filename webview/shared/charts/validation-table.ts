import type { ValidationRow } from '../../../src/domain/metrics';
import { element } from '../element';
import { count, nats } from '../format';
import { t } from '../l10n';

const MAX_ROWS = 200;

/** Table alternative of the curve: the newest validation rows, filled only while open. */
export class ValidationTable {
  readonly element: HTMLDetailsElement;
  private readonly body = element('tbody');
  private rows: readonly ValidationRow[] = [];
  private shown = '';

  constructor(open: boolean, onToggle: (open: boolean) => void) {
    const head = [t('Step'), t('Epoch'), t('Samples'), 'ELBO', t('Reconstruction'), 'KL'].map((name) =>
      element('th', { scope: 'col' }, name),
    );
    this.element = element(
      'details',
      { class: 'table-alternative', open },
      element('summary', {}, t('Validation as a table')),
      element(
        'div',
        {
          class: 'table-scroll',
          tabindex: 0,
          role: 'region',
          'aria-label': t('Newest {0} validation rows', MAX_ROWS),
        },
        element('table', { class: 'numbers' }, element('thead', {}, element('tr', {}, ...head)), this.body),
      ),
    );
    this.element.addEventListener('toggle', () => {
      onToggle(this.element.open);
      this.fill();
    });
  }

  show(rows: readonly ValidationRow[]): void {
    this.rows = rows;
    this.fill();
  }

  private fill(): void {
    if (!this.element.open) return;
    const newest = this.rows.slice(-MAX_ROWS);
    const key = `${newest[0]?.step} ${newest.at(-1)?.step} ${newest.at(-1)?.elbo}`;
    if (key === this.shown) return;
    this.shown = key;
    this.body.replaceChildren(...newest.reverse().map(line));
  }
}

function line(row: ValidationRow): HTMLElement {
  const texts = [
    count(row.step),
    count(row.epoch),
    count(row.samples),
    nats(row.elbo),
    nats(row.reconstruction),
    nats(row.kl),
  ];
  return element('tr', {}, ...texts.map((text) => element('td', {}, text)));
}
