import type { RunView } from '../../src/protocol/panel';
import { element, setAttributes, setText } from '../shared/element';
import { count, duration, nats } from '../shared/format';
import { button } from '../shared/toolkit';
import type { ExplorerModel } from '../shared/explorer-model';
import { actionsOf, PHASES, phaseOf } from './phase';
import type { Action, Phase } from './phase';
import { t } from '../shared/l10n';

/** Shows the run's name, state, newest bound, speed and the buttons for the current phase. */
export class Header {
  readonly element: HTMLElement;
  private readonly name = element('h1');
  private readonly mark = element('span', { class: 'mark', 'aria-hidden': 'true' });
  private readonly state = element('span', { class: 'state-label' });
  private readonly setup = element('div', { class: 'setup' });
  private readonly boundBlock = element('div', { class: 'bound' });
  private readonly bound = element('span', { class: 'bound-value' });
  private readonly boundLabel = element('span', { class: 'bound-label' });
  private readonly facts = element('dl', { class: 'facts' });
  private readonly buttons = element('div', { class: 'buttons', role: 'group', 'aria-label': t('Training') });
  private readonly progress = element('div', {
    class: 'progress',
    role: 'progressbar',
    'aria-label': t('Training progress'),
  });
  private readonly bar = element('div', { class: 'progress-bar' });
  private shownButtons = '';

  constructor(private readonly model: ExplorerModel) {
    this.progress.append(this.bar);
    this.boundBlock.append(
      element('div', {}, this.bound, element('span', { class: 'bound-unit' }, t('nats per datapoint'))),
      this.boundLabel,
    );
    this.element = element(
      'header',
      { class: 'run-header' },
      element(
        'div',
        { class: 'run-title' },
        element(
          'div',
          { class: 'run-names' },
          this.name,
          element('span', { class: 'state', role: 'status' }, this.mark, this.state),
          this.setup,
        ),
        this.buttons,
      ),
      element('div', { class: 'run-numbers' }, this.boundBlock, this.facts),
      this.progress,
    );
  }

  show(run: RunView): void {
    const phase = phaseOf(run);
    const view = PHASES[phase];
    setText(this.name, run.name);
    setText(this.state, view.label);
    setAttributes(this.mark, { class: `mark ${view.mark}` });
    setText(
      this.setup,
      [run.dataset, t('preset {0}', run.preset), t('{0} latent dimensions', run.latent)].join(' · '),
    );
    this.showBound(run);
    this.showFacts(run, phase);
    this.showProgress(run, phase);
    this.showButtons(actionsOf(run));
  }

  private showBound(run: RunView): void {
    const validation = run.live?.validationBound ?? this.model.history.validation.at(-1)?.elbo;
    const train = run.live?.trainBound ?? this.model.history.train.at(-1)?.elbo;
    const split = validation != null || train == null ? t('Validation') : t('Training');
    setAttributes(this.boundBlock, { hidden: validation == null && train == null });
    setText(this.bound, nats(validation ?? train));
    setText(this.boundLabel, [`${split} ELBO`, run.boundLabel].filter((text) => text !== '').join(' · '));
  }

  private showFacts(run: RunView, phase: Phase): void {
    const { live } = run;
    const last = Math.max(
      this.model.history.train.at(-1)?.samples ?? 0,
      this.model.history.validation.at(-1)?.samples ?? 0,
    );
    const samples = live === null || phase === 'finished' ? Math.max(last, live?.samples ?? 0) : live.samples;
    const total = live?.totalSamples == null ? '' : ` of ${count(live.totalSamples)}`;
    const facts: [string, string][] = [[t('Samples evaluated'), `${count(samples)}${total}`]];
    if (phase === 'training' && live !== null) {
      facts.push(
        [t('Samples per second'), count(live.samplesPerSecond)],
        [t('Time left'), duration(live.secondsLeft)],
      );
    }
    if (live !== null && live.engine !== '') facts.push([t('Engine'), live.engine]);
    const key = JSON.stringify(facts);
    if (this.facts.dataset['key'] === key) return;
    this.facts.dataset['key'] = key;
    this.facts.replaceChildren(
      ...facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
    );
  }

  private showProgress(run: RunView, phase: Phase): void {
    const { live } = run;
    const part = live?.totalSamples == null ? null : Math.min(1, live.samples / live.totalSamples);
    const under = phase === 'training' || phase === 'paused' || phase === 'stopping';
    setAttributes(this.progress, {
      'aria-valuemin': 0,
      'aria-valuemax': 100,
      'aria-valuenow': part === null ? undefined : Math.round(part * 100),
      class: under && part !== null ? 'progress' : 'progress idle',
    });
    this.bar.style.width = `${(part ?? 0) * 100}%`;
  }

  private showButtons(actions: readonly Action[]): void {
    // Buttons are kept while they stay the same, so that focus does.
    const key = JSON.stringify(actions);
    if (this.shownButtons === key) return;
    this.shownButtons = key;
    this.buttons.replaceChildren(...actionButtons(this.model, actions));
  }
}

/** Creates the buttons; a pressed button is disabled until the host has answered. */
export function actionButtons(model: ExplorerModel, actions: readonly Action[]): HTMLElement[] {
  return actions.map(({ intent, learningRate, label, primary }) => {
    const node = button({
      label,
      primary,
      onClick: () => {
        node.disabled = true;
        void model
          .ask(intent, learningRate === undefined ? {} : { learningRate })
          .finally(() => (node.disabled = false));
      },
    });
    return node;
  });
}
