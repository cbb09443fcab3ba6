import { element, setAttributes, setText } from '../shared/element';
import { count, duration, nats } from '../shared/format';
import { checkbox } from '../shared/toolkit';
import type { CompareModel } from './model';
import { t } from '../shared/l10n';

/** Cautions about comparing the bounds, the figures of each run, and the settings in which the runs differ. */
export class CompareTables {
  readonly element: HTMLElement;
  readonly cautions = element('div', { class: 'cautions' });
  private readonly figures = element('div', { class: 'table-wide' });
  private readonly labels = element('p', { class: 'quiet' });
  private readonly settings = element('div', { class: 'table-wide' });
  private readonly same = element('p', { class: 'quiet' }, t('All settings are the same.'));

  constructor(private readonly model: CompareModel) {
    const { state } = model;
    this.element = element(
      'div',
      { class: 'compare-tables' },
      element(
        'section',
        { 'aria-label': t('Figures') },
        element('div', { class: 'section-head' }, element('h2', {}, t('Figures'))),
        this.figures,
        this.labels,
      ),
      element(
        'section',
        { 'aria-label': t('Settings') },
        element(
          'div',
          { class: 'section-head' },
          element('h2', {}, t('Settings')),
          element(
            'div',
            { class: 'switches' },
            checkbox(t('All settings'), state.value.allSettings, (allSettings) => {
              state.update({ allSettings });
              this.show();
            }),
          ),
        ),
        this.settings,
        this.same,
      ),
    );
  }

  show(): void {
    const { runs, view, state } = this.model;
    this.cautions.replaceChildren(
      ...(view?.cautions ?? []).map((text) => element('p', { class: 'notice warning', role: 'note' }, text)),
    );
    const facts: readonly (readonly [name: string, values: readonly string[]])[] = [
      [t('State'), runs.map(({ outcome }) => outcome)],
      [t('Dataset'), runs.map(({ dataset }) => dataset)],
      [t('Latent dimensions'), runs.map(({ latent }) => String(latent))],
      [t('Samples evaluated'), runs.map(({ samples }) => count(samples))],
      [t('Time of training'), runs.map(({ seconds }) => duration(seconds))],
      [t('Best validation ELBO'), runs.map(({ best }) => nats(best?.elbo))],
      [t('Newest validation ELBO'), runs.map(({ validation }) => nats(validation?.elbo))],
      [t('its reconstruction term'), runs.map(({ validation }) => nats(validation?.reconstruction))],
      [t('its KL'), runs.map(({ validation }) => nats(validation?.kl))],
      [t('Newest training ELBO'), runs.map(({ train }) => nats(train?.elbo))],
    ];
    this.figures.replaceChildren(this.table('', facts, () => false));
    const labels = [...new Set(runs.map(({ label }) => label))];
    const text =
      labels.length === 1
        ? labels[0]!
        : runs.map((run) => `${this.model.name(run)}: ${run.label}`).join('. ');
    setText(this.labels, t('Nats per datapoint, higher is better; {0}.', text));
    const rows = (view?.settings ?? []).filter(({ differs }) => differs || state.value.allSettings);
    const differing = new Set(rows.filter(({ differs }) => differs).map(({ name }) => name));
    // Differing settings first, then the others, each in the order of the configuration.
    const sorted = [...rows.filter(({ differs }) => differs), ...rows.filter(({ differs }) => !differs)];
    const settings = sorted.map(({ name, values }) => [name, values.map((value) => value ?? '–')] as const);
    this.settings.replaceChildren(this.table(t('Setting'), settings, (name) => differing.has(name)));
    setAttributes(this.settings, { hidden: rows.length === 0 });
    setAttributes(this.same, { hidden: differing.size > 0 });
  }

  private table(
    title: string,
    rows: readonly (readonly [name: string, values: readonly string[]])[],
    strong: (name: string) => boolean,
  ): HTMLElement {
    const { runs } = this.model;
    const heads = runs.map((run) => element('th', { scope: 'col', title: run.name }, this.model.name(run)));
    const body = rows.map(([name, values]) =>
      element(
        'tr',
        { class: strong(name) ? 'differs' : undefined },
        element('th', { scope: 'row' }, name),
        ...values.map((value) => element('td', {}, value)),
      ),
    );
    return element(
      'table',
      { class: 'numbers' },
      element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, title), ...heads)),
      element('tbody', {}, ...body),
    );
  }
}
