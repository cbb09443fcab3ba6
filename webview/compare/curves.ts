import { element, setAttributes, setText } from '../shared/element';
import { count, nats } from '../shared/format';
import { observeTheme, readTheme } from '../shared/theme';
import { checkbox } from '../shared/toolkit';
import { boundsAt, CompareChart } from './chart';
import type { CompareModel } from './model';
import { t } from '../shared/l10n';

/** All curves in one chart, with a table that serves as legend, switches and cursor read-out. */
export class CompareCurves {
  readonly element: HTMLElement;
  private readonly chart = new CompareChart((samples, byKeyboard) => this.read(samples, byKeyboard));
  private readonly rows = element('tbody');
  private readonly place = element('p', { class: 'quiet', role: 'status', 'aria-live': 'off' });
  private key = '';
  private cells: { uri: string; train: HTMLElement; validation: HTMLElement }[] = [];

  constructor(private readonly model: CompareModel) {
    const { state } = model;
    const switched = (patch: Partial<typeof state.value>): void => {
      state.update(patch);
      this.show();
    };
    this.element = element(
      'section',
      { class: 'compare-curves', 'aria-label': t('Lower bounds') },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Lower bounds')),
        element('span', { class: 'quiet' }, t('nats per datapoint over samples evaluated')),
        element(
          'div',
          { class: 'switches' },
          checkbox(t('Log axis'), state.value.logAxis, (logAxis) => switched({ logAxis })),
          checkbox(t('Training'), state.value.training, (training) => switched({ training })),
        ),
      ),
      this.chart.element,
      element(
        'div',
        { class: 'table-wide' },
        element(
          'table',
          { class: 'numbers compare-legend' },
          element(
            'thead',
            {},
            element(
              'tr',
              {},
              ...[t('Run'), t('Training (dashed)'), t('Validation')].map((name) =>
                element('th', { scope: 'col' }, name),
              ),
            ),
          ),
          this.rows,
        ),
      ),
      this.place,
    );
    observeTheme(() => this.show());
  }

  show(): void {
    const { runs, state } = this.model;
    const { light } = readTheme();
    const shown = runs.filter(({ uri }) => !state.value.hidden.includes(uri));
    this.rebuild(light);
    const curves = shown.map(({ uri }) => ({
      history: this.model.history(uri),
      colour: this.model.colour(uri, light),
    }));
    this.chart.show(curves, state.value);
    this.read(null, false);
    const newest = shown.map((run) => `${this.model.name(run)} ${nats(run.validation?.elbo)}`).join(', ');
    const label = t(
      'Curves of the lower bound. Newest on validation: {0} nats. Arrow keys move along them.',
      newest,
    );
    setAttributes(this.chart.element, { 'aria-label': label });
  }

  /** Rebuilds the table only if the runs or the theme change, so that keyboard focus survives. */
  private rebuild(light: boolean): void {
    const { runs, state } = this.model;
    const key = JSON.stringify([runs.map(({ uri }) => uri), light]);
    if (key === this.key) return;
    this.key = key;
    this.cells = runs.map(({ uri }) => ({ uri, train: element('td'), validation: element('td') }));
    this.rows.replaceChildren(
      ...runs.map((run, i) => {
        const { uri } = run;
        const swatch = element('span', { class: 'run-swatch', 'aria-hidden': 'true' });
        swatch.style.background = this.model.colour(uri, light);
        const box = checkbox(this.model.name(run), !state.value.hidden.includes(uri), (visible) => {
          const others = state.value.hidden.filter((each) => each !== uri);
          state.update({ hidden: visible ? others : [...others, uri] });
          this.show();
        });
        const { train, validation } = this.cells[i]!;
        return element('tr', {}, element('th', { scope: 'row' }, swatch, box), train, validation);
      }),
    );
  }

  private read(samples: number | null, byKeyboard: boolean): void {
    const said: string[] = [];
    for (const { uri, train, validation } of this.cells) {
      const bounds = boundsAt(this.model.history(uri), samples);
      // A run that ended earlier has no value here; its last value would be misleading.
      const text = (bound: number | undefined): string => (bounds.beyond ? t('ended') : nats(bound));
      setText(train, text(bounds.train));
      setText(validation, text(bounds.validation));
      said.push(text(bounds.validation));
    }
    setAttributes(this.place, { 'aria-live': byKeyboard ? 'polite' : 'off' });
    const where = samples === null ? t('The newest of each run') : t('At {0} samples', count(samples));
    setText(this.place, byKeyboard ? `${where}: ${said.join(', ')}` : where);
  }
}
