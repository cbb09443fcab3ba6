import type { Bound } from '../../../src/domain/metrics';
import { element, setAttributes, setText } from '../element';
import type { Child } from '../element';
import { rowAt } from '../metric-history';
import type { MetricHistory } from '../metric-history';
import { count, nats } from '../format';
import { checkbox } from '../toolkit';
import { swatch } from './swatch';
import { t } from '../l10n';

export interface ReadOutToggles {
  readonly reconstruction: boolean;
  readonly kl: boolean;
  readonly onReconstruction: (shown: boolean) => void;
  readonly onKl: (shown: boolean) => void;
}

const QUANTITIES = ['elbo', 'reconstruction', 'kl'] as const;
const SPLITS = [
  { split: 'train', label: t('Training') },
  { split: 'validation', label: t('Validation') },
] as const;

/** Legend, switches and values in a table: the newest values, or those under the cursor. */
export class ReadOut {
  readonly element: HTMLElement;
  private readonly cells = new Map<string, HTMLElement>();
  private readonly place = element('div', { class: 'read-out-place', role: 'status', 'aria-live': 'off' });

  constructor(toggles: ReadOutToggles) {
    const head = SPLITS.map(({ split, label }) => element('th', { scope: 'col' }, swatch(split), label));
    const rows = [
      this.row('elbo', 'ELBO'),
      this.row(
        'reconstruction',
        checkbox(t('Reconstruction'), toggles.reconstruction, toggles.onReconstruction),
        swatch('dashed'),
      ),
      this.row('kl', checkbox('KL', toggles.kl, toggles.onKl)),
    ];
    this.element = element(
      'div',
      { class: 'read-out' },
      element(
        'table',
        {},
        element('thead', {}, element('tr', {}, element('td'), ...head)),
        element('tbody', {}, ...rows),
      ),
      this.place,
    );
  }

  /** Shows the values at `step`, or the newest for null. Screen readers announce them only if the keyboard moved the cursor. */
  show(history: MetricHistory, step: number | null, announce: boolean): void {
    const at = step ?? history.lastStep;
    const train = rowAt(history.train, at);
    const validation = rowAt(history.validation, at);
    this.fill('train', train);
    this.fill('validation', validation);
    setAttributes(this.place, { 'aria-live': announce ? 'polite' : 'off' });
    const newest = [train, validation].filter((row) => row !== undefined).sort((a, b) => b.step - a.step)[0];
    if (newest === undefined) return setText(this.place, t('No rows yet'));
    const epoch = validation === undefined ? '' : ` · ${t('epoch {0}', count(validation.epoch))}`;
    const values = announce
      ? `: ${t('ELBO training {0}, validation {1}', nats(train?.elbo), nats(validation?.elbo))}`
      : '';
    const [samples, newestStep] = [count(newest.samples), count(newest.step)];
    const place =
      step === null
        ? t('Newest: {0} samples · step {1}', samples, newestStep)
        : t('{0} samples · step {1}', samples, newestStep);
    setText(this.place, `${place}${epoch}${values}`);
  }

  private row(quantity: (typeof QUANTITIES)[number], ...label: Child[]): HTMLElement {
    const cells = SPLITS.map(({ split }) => {
      const cell = element('td', { class: 'number' }, '–');
      this.cells.set(`${split} ${quantity}`, cell);
      return cell;
    });
    return element('tr', { class: quantity }, element('th', { scope: 'row' }, ...label), ...cells);
  }

  private fill(split: string, row: Bound | undefined): void {
    for (const quantity of QUANTITIES)
      setText(this.cells.get(`${split} ${quantity}`)!, nats(row?.[quantity]));
  }
}
