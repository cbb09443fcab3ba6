import type { Manifold } from '../../src/protocol/engine';
import { CallStatus } from '../shared/call-status';
import { dimensionsBy } from '../shared/activity';
import { element, setAttributes, setText } from '../shared/element';
import type { ExplorerClient, RunSession } from '../shared/run-session';
import type { Choices } from '../shared/choices';
import { count } from '../shared/format';
import type { ViewState } from '../shared/view-state';
import { latestWins } from '../shared/latest-wins';
import { ProbeInset } from '../map/panels/probe-inset';
import { saveButton } from '../shared/save';
import { whenVisible } from '../shared/when-visible';
import { followWeights, isExplorable } from '../shared/refresh-on-new-weights';
import type { WeightsFollower } from '../shared/refresh-on-new-weights';
import { PictureGrid } from './picture-grid';
import type { GridEvents } from './picture-grid';
import { SurfaceChoice } from './surface-choice';
import type { ChosenSurface } from './surface-choice';
import { t } from '../shared/l10n';
import { ifReady } from '../shared/if-ready';

/** Pictures per side of the grid. */
const GRID_SIDE = 15;
const LETTERS = 'ABC';
const BESIDE = {
  class: 'cell-probe',
  title: t('What is near'),
  hint: t('Move over the pictures to see the nearest images. Click one to pin it.'),
  picture: false,
} as const;

interface Shown extends ChosenSurface {
  readonly manifold: Manifold;
}

/** The decoder evaluated on a grid over a surface in latent space (Figure 4 of the paper). */
export class ManifoldSection implements WeightsFollower {
  readonly element: HTMLElement;
  private readonly choice: SurfaceChoice;
  private readonly grid: PictureGrid;
  private readonly body: HTMLElement;
  private readonly what = element('p', { class: 'quiet' });
  private readonly marks = element('div', { class: 'plane-marks', 'aria-hidden': 'true' });
  private readonly asking = new CallStatus();
  private readonly request: () => void;
  private shown: Shown | null = null;
  private run: string | undefined;
  /** Surface of the last request, as JSON, so that pending pictures are not requested again. */
  private asked = '';

  constructor(
    private readonly model: RunSession,
    private readonly client: ExplorerClient,
    state: ViewState<Choices>,
    onExplore: (z: Float32Array) => void,
    showOnMap: (id: string) => void,
  ) {
    this.choice = new SurfaceChoice(model, state, () => this.request());
    const inset = new ProbeInset(
      client,
      model.decoder,
      {
        open: (id) => void model.attempt('action', () => client.call('openMapImage', { id })),
        choose: showOnMap,
      },
      BESIDE,
    );
    const events: GridEvents = {
      describe: () =>
        t(
          '{0} by {1} decoded points. {2} Arrow keys move over them, Enter pins one.',
          GRID_SIDE,
          GRID_SIDE,
          this.meaning(),
        ),
      name: (cell) => t('Row {0}, column {1}', Math.floor(cell / GRID_SIDE) + 1, (cell % GRID_SIDE) + 1),
      order: () => this.order(),
      onChosen: (z) => (z === null ? inset.clear() : inset.ask({ z, explanation: '' })),
      onExplore,
    };
    this.grid = new PictureGrid(events, inset.element);
    this.grid.board.append(this.marks);
    this.body = element('div', { hidden: true }, this.grid.element, this.what);
    this.element = element(
      'section',
      { class: 'manifold', hidden: true, 'aria-label': t('Manifold') },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Manifold')),
        element(
          'div',
          { class: 'switches' },
          this.choice.element,
          saveButton(model, client, 'manifold', () => (this.shown === null ? null : this.grid.canvas)),
        ),
      ),
      this.asking.element,
      this.body,
    );
    this.request = whenVisible(this.element, () => this.pullNow());
    model.on('run', () => this.show());
    followWeights(model, this);
    for (const topic of ['metrics', 'evaluation', 'cards'] as const)
      model.on(topic, () => this.followChoice());
  }

  get step(): number | null {
    return this.shown?.manifold.step ?? null;
  }

  forget(): void {
    this.run = this.model.run?.uri;
    this.shown = null;
    setAttributes(this.body, { hidden: true });
  }

  pull(): void {
    this.request();
  }

  private show(): void {
    setAttributes(this.element, { hidden: !isExplorable(this.model.run) });
    this.choice.show();
  }

  /** Requests the manifold again if its surface depends on KL values or cards that have changed. */
  private followChoice(): void {
    if (this.model.cardsBusy) return;
    this.choice.show();
    if (JSON.stringify(this.choice.chosen) !== this.asked) this.request();
  }

  private readonly pullNow = latestWins<void>(async () => {
    const run = this.run;
    if (run === undefined || this.element.hidden) return;
    const { chosen } = this.choice;
    this.asked = JSON.stringify(chosen);
    await this.asking.ask(async () => {
      const manifold =
        chosen && (await ifReady(this.client.call('manifold', { surface: chosen.surface, side: GRID_SIDE })));
      if (run !== this.run) return;
      this.shown = manifold && chosen && { ...chosen, manifold };
      setAttributes(this.body, { hidden: this.shown === null });
      if (manifold === null) return;
      this.grid.show(manifold, GRID_SIDE);
      this.showMarks(manifold.marks);
      setText(this.what, t('{0} Step {1}.', this.meaning(), count(manifold.step)));
    });
  });

  private showMarks(marks: Float32Array): void {
    this.marks.replaceChildren(
      ...Array.from({ length: marks.length / 2 }, (_, i) => {
        const mark = element('span', {}, LETTERS[i]);
        mark.style.left = `${marks[2 * i]! * 100}%`;
        mark.style.top = `${marks[2 * i + 1]! * 100}%`;
        return mark;
      }),
    );
  }

  private meaning(): string {
    if (this.shown === null) return '';
    const { surface, images } = this.shown;
    if ('through' in surface) {
      const named = images.map((name, i) => `${LETTERS[i]} ${name}`).join(', ');
      return t(
        'The plane through the posterior means of {0}; equal distances on it are equal distances in latent space.',
        named,
      );
    }
    const [across, up] = surface.dimensions;
    const latent = this.model.run?.latent ?? 0;
    const others = latent > 2 ? t(', the others at 0') : '';
    const axes = latent === 1 ? t('z0 across') : t('z{0} across and z{1} up{2}', across, up, others);
    return t(
      'The unit square through the inverse normal distribution function, {0}: each picture represents an equal share of the prior.',
      axes,
    );
  }

  /** Returns the coordinates to list: the two axes, or for a plane all dimensions by descending KL. */
  private order(): number[] {
    const all = dimensionsBy(this.model.kl, this.model.run?.latent ?? 0);
    const surface = this.shown?.surface;
    return surface === undefined || 'through' in surface ? all : [...new Set(surface.dimensions)];
  }
}
