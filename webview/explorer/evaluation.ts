import type { Evaluation } from '../../src/protocol/engine';
import { element, setAttributes, setText } from '../shared/element';
import { busy, button } from '../shared/toolkit';
import { conditionsOf, measuresOf } from './measures';
import type { ExplorerClient, RunSession } from '../shared/run-session';
import { t } from '../shared/l10n';

/** k of the importance-weighted bound, and the maximum number of images: a few seconds of work for a small model. */
const IMPORTANCE_DRAWS = 500;
const MAX_IMAGES = 500;

/** Evaluates the model on the test split on request; training waits meanwhile. */
export class EvaluationSection {
  readonly element: HTMLElement;
  private readonly numbers = element('dl', { class: 'measures' });
  private readonly conditions = element('p', { class: 'quiet' });
  private readonly busy = element('div', { hidden: true }, busy(t('Evaluating; training is paused…')));
  private readonly evaluate = button({
    label: t('Evaluate…'),
    title: t(
      'Bound, importance-weighted bound (k = {0}) and active units of {1} test images',
      IMPORTANCE_DRAWS,
      MAX_IMAGES,
    ),
    onClick: () => void this.measure(),
  });
  private readonly cancel = button({ label: t('Cancel'), onClick: () => this.running?.abort() });
  private running: AbortController | null = null;
  private uri: string | undefined;

  constructor(
    private readonly model: RunSession,
    private readonly client: ExplorerClient,
  ) {
    this.element = element(
      'section',
      { class: 'evaluation', 'aria-label': t('Evaluation') },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Evaluation')),
        element('div', { class: 'switches' }, this.evaluate, this.cancel),
      ),
      this.busy,
      this.numbers,
      this.conditions,
    );
    this.show(null);
    model.on('run', () => this.forgetOther());
    model.on('evaluation', () => this.show(model.evaluation));
  }

  private async measure(): Promise<void> {
    const controller = new AbortController();
    const uri = this.model.run?.uri;
    this.running = controller;
    this.showBusy();
    await this.model.attempt('action', async () => {
      try {
        const params = { split: 'test', importance: IMPORTANCE_DRAWS, limit: MAX_IMAGES } as const;
        const result = await this.client.call('evaluate', params, controller.signal);
        if (this.model.run?.uri === uri) this.model.noteEvaluation(result);
      } catch (error) {
        // Cancelling is not an error.
        if (!controller.signal.aborted) throw error;
      }
    });
    if (this.running !== controller) return;
    this.running = null;
    this.showBusy();
  }

  /** Drops the results of another run. */
  private forgetOther(): void {
    const uri = this.model.run?.uri;
    if (uri === this.uri) return;
    this.uri = uri;
    this.running?.abort();
    this.model.noteEvaluation(null);
  }

  private showBusy(): void {
    const running = this.running !== null;
    this.evaluate.disabled = running;
    setAttributes(this.busy, { hidden: !running });
    setAttributes(this.cancel, { hidden: !running });
  }

  private show(evaluation: Evaluation | null): void {
    const measures = evaluation === null ? [] : measuresOf(evaluation);
    this.numbers.replaceChildren(
      ...measures.map(({ name, value, meaning }) =>
        element(
          'div',
          {},
          element('dt', {}, name),
          element('dd', {}, element('strong', {}, value), ' ', element('span', { class: 'quiet' }, meaning)),
        ),
      ),
    );
    setAttributes(this.numbers, { hidden: evaluation === null });
    setText(
      this.conditions,
      evaluation === null
        ? t('Not evaluated yet. Training pauses during an evaluation.')
        : conditionsOf(evaluation),
    );
    this.showBusy();
  }
}
