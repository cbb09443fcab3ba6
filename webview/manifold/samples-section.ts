import type { Samples } from '../../src/protocol/engine';
import { CallStatus } from '../shared/call-status';
import { dimensionsBy } from '../shared/activity';
import { element, setAttributes, setText } from '../shared/element';
import type { ExplorerClient, RunSession } from '../shared/run-session';
import { klSourceOf } from '../shared/choices';
import type { Choices } from '../shared/choices';
import { count } from '../shared/format';
import type { ViewState } from '../shared/view-state';
import { latestWins } from '../shared/latest-wins';
import { saveButton } from '../shared/save';
import { button, radioGroup } from '../shared/toolkit';
import { whenVisible } from '../shared/when-visible';
import { followWeights, isExplorable } from '../shared/refresh-on-new-weights';
import type { WeightsFollower } from '../shared/refresh-on-new-weights';
import { PictureGrid } from './picture-grid';
import { t } from '../shared/l10n';
import type { SampleSource } from '../../src/protocol/schemas/values';
import { ifReady } from '../shared/if-ready';

const COLUMNS = 12;
const SAMPLE_COUNT = 60;

const CHOICES = [
  { value: 'prior', label: t('Prior') },
  { value: 'aggregate', label: t('Aggregate posterior') },
] as const satisfies readonly { value: SampleSource; label: string }[];

/** Decoded random draws from the prior (Figure 5 of the paper) or from the fitted aggregate posterior. */
export class SamplesSection implements WeightsFollower {
  readonly element: HTMLElement;
  private readonly grid: PictureGrid;
  private readonly what = element('p', { class: 'quiet' });
  private readonly body: HTMLElement;
  private readonly asking = new CallStatus();
  private readonly seed = element('input', { type: 'number', min: 0, step: 1, class: 'seed' });
  private readonly request: () => void;
  private samples: Samples | null = null;
  private run: string | undefined;

  constructor(
    private readonly model: RunSession,
    private readonly client: ExplorerClient,
    private readonly state: ViewState<Choices>,
    onExplore: (z: Float32Array) => void,
  ) {
    this.grid = new PictureGrid({
      describe: () =>
        t('{0} random draws: {1} Arrow keys move over them, Enter pins one.', SAMPLE_COUNT, this.meaning()),
      name: (cell) => t('Draw {0}', cell + 1),
      order: () => dimensionsBy(model.kl, model.run?.latent ?? 0),
      onExplore,
    });
    this.seed.value = String(state.value.sampleSeed);
    this.seed.addEventListener('change', () => this.setSeed(Number(this.seed.value)));
    const source = radioGroup(t('Draw from'), CHOICES, klSourceOf(state.value.sampleFrom), (sampleFrom) => {
      state.update({ sampleFrom });
      this.request();
    });
    this.body = element('div', { hidden: true }, this.grid.element, this.what);
    this.element = element(
      'section',
      { class: 'samples', hidden: true, 'aria-label': t('Random samples') },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Random samples')),
        element(
          'div',
          { class: 'switches' },
          source,
          element('label', { class: 'select' }, t('Seed'), this.seed),
          button({ label: t('Draw Again'), onClick: () => this.setSeed(state.value.sampleSeed + 1) }),
          saveButton(model, client, 'samples', () => (this.samples === null ? null : this.grid.canvas)),
        ),
      ),
      this.asking.element,
      this.body,
    );
    this.request = whenVisible(this.element, () => this.pullNow());
    model.on('run', () => this.show());
    followWeights(model, this);
  }

  private setSeed(wanted: number): void {
    const sampleSeed = Number.isSafeInteger(wanted) && wanted >= 0 ? wanted : 0;
    this.seed.value = String(sampleSeed);
    this.state.update({ sampleSeed });
    this.request();
  }

  get step(): number | null {
    return this.samples?.step ?? null;
  }

  forget(): void {
    this.run = this.model.run?.uri;
    this.samples = null;
    setAttributes(this.body, { hidden: true });
  }

  pull(): void {
    this.request();
  }

  private show(): void {
    setAttributes(this.element, { hidden: !isExplorable(this.model.run) });
  }

  private readonly pullNow = latestWins<void>(async () => {
    const run = this.run;
    if (run === undefined || this.element.hidden) return;
    await this.asking.ask(async () => {
      const params = {
        from: klSourceOf(this.state.value.sampleFrom),
        count: SAMPLE_COUNT,
        seed: this.state.value.sampleSeed,
      };
      const samples = await ifReady(this.client.call('sample', params));
      if (run !== this.run) return;
      this.samples = samples;
      setAttributes(this.body, { hidden: samples === null });
      if (samples === null) return;
      this.grid.show(samples, COLUMNS);
      setText(this.what, t('{0} Seed {1}, step {2}.', this.meaning(), params.seed, count(samples.step)));
    });
  });

  /** Describes the distribution that the draws come from. */
  private meaning(): string {
    const fittedOn = this.samples?.fittedOn;
    if (fittedOn == null) return t('Draws of the prior N(0, I).');
    return (
      t('Draws of N(m, C), fitted to the aggregate posterior of {0} training images: ', count(fittedOn)) +
      t(
        'm is the mean of their posterior means, C the covariance of these plus their mean posterior variances.',
      )
    );
  }
}
