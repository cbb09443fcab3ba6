import { CallStatus } from '../shared/call-status';
import { LivePicture } from '../decoder/live-picture';
import { ActivityChart } from '../shared/charts/activity-chart';
import { element, setAttributes } from '../shared/element';
import type { ExplorerClient, RunSession } from '../shared/run-session';
import { klSourceOf } from '../shared/choices';
import type { Choices } from '../shared/choices';
import type { ViewState } from '../shared/view-state';
import { latestWins } from '../shared/latest-wins';
import { paintMosaic } from '../shared/pictures';
import { saveButton } from '../shared/save';
import { reducedMotion } from '../shared/theme';
import { whenVisible } from '../shared/when-visible';
import { followWeights, isExplorable } from '../shared/refresh-on-new-weights';
import type { WeightsFollower } from '../shared/refresh-on-new-weights';
import { DEAD_BELOW, activityOf, dimensionsBy, ranking } from '../shared/activity';
import type { Ranking } from '../shared/activity';
import { collapseOf } from './collapse';
import type { Collapse } from './collapse';
import { Edits } from './edits';
import { KlTable } from './kl-table';
import { encodedStartPoints, startPointOf, startPointsOf, pointKey } from '../shared/start-points';
import type { StartPoint } from '../shared/start-points';
import { TraversalRows } from './rows';
import type { ShownTraversals } from './rows';
import { DecodedPoint } from './stage';
import { t } from '../shared/l10n';
import { notice } from '../shared/notice';
import { ifReady } from '../shared/if-ready';

/** Pictures per row. */
const ROW_FRAMES = 11;
/** Shows each latent dimension: its KL, the pictures along it, and a slider that moves a point along it. */
export class DimensionsSection implements WeightsFollower {
  readonly element: HTMLElement;
  private readonly chart = new ActivityChart();
  private readonly table: KlTable;
  private readonly warning = element('div');
  private readonly stage: DecodedPoint;
  private readonly rows: TraversalRows;
  private readonly explore: HTMLElement;
  private readonly asking = new CallStatus();
  private readonly picture: LivePicture;
  private readonly request: () => void;
  private edits: Edits;
  private shown: ShownTraversals | null = null;
  private run: string | undefined;
  private asked = '';
  private warned = '';

  constructor(
    private readonly model: RunSession,
    private readonly client: ExplorerClient,
    private readonly state: ViewState<Choices>,
  ) {
    this.edits = Edits.from([], 0);
    this.table = new KlTable(state.value.klTableOpen, (klTableOpen) => state.update({ klTableOpen }));
    this.stage = new DecodedPoint(klSourceOf(state.value.quantilesOf), {
      onPlace: (around) => this.startFrom(around),
      onQuantiles: (quantilesOf) => {
        state.update({ quantilesOf });
        this.request();
      },
      onReset: () => this.startFrom(this.state.value.around),
    });
    this.picture = new LivePicture(model.decoder, 'dimensions', {
      draw: (picture) => this.stage.paint(picture),
      attempt: (request) => this.asking.ask(request),
    });
    this.rows = new TraversalRows(state.value.deadOpen, {
      onInput: (dimension, value) => this.move(dimension, value),
      onChange: (dimension, value) => {
        this.move(dimension, value);
        this.state.update({ edits: this.edits.toTexts(), editedRun: this.run ?? '' });
        this.request();
      },
      onAll: () => {
        state.update({ allDimensions: true });
        this.show();
        this.request();
      },
      onDeadOpen: (deadOpen) => {
        state.update({ deadOpen });
        this.show();
        this.request();
      },
    });
    const save = saveButton(model, client, 'traversals', () => this.mosaic());
    this.explore = element(
      'div',
      { class: 'explore', hidden: true },
      this.stage.element,
      element('div', {}, this.rows.element, element('div', { class: 'buttons save' }, save)),
    );
    this.element = element(
      'section',
      { class: 'dimensions', hidden: true, 'aria-label': t('Latent dimensions') },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Latent dimensions')),
        element('span', { class: 'quiet' }, t('by falling KL; dead below {0} nats per image', DEAD_BELOW)),
      ),
      this.warning,
      this.chart.element,
      this.table.element,
      this.asking.element,
      this.explore,
    );
    this.request = whenVisible(this.element, () => this.pullNow());
    model.on('run', () => this.show());
    followWeights(model, this);
    for (const topic of ['metrics', 'evaluation'] as const) model.on(topic, () => this.measured());
    model.on('cards', () => this.followCards());
  }

  private get latent(): number {
    return this.model.run?.latent ?? 0;
  }

  /** Every dimension counts as active until a KL is known. */
  private get ranking(): Ranking {
    const { kl } = this.model;
    return kl === null ? { active: dimensionsBy(kl, this.latent), dead: [] } : ranking(kl.klPerDimension);
  }

  private get wanted(): readonly number[] {
    return this.rows.wanted(this.ranking, this.state.value.allDimensions);
  }

  private get places(): readonly StartPoint[] {
    return startPointsOf(encodedStartPoints(this.model), this.state.value.around, this.latent);
  }

  /** The remembered start point if it is still available, else the origin. */
  private get around(): string {
    const { around } = this.state.value;
    return this.places.some(({ value }) => value === around) ? around : '';
  }

  get step(): number | null {
    return this.shown?.traversals.step ?? null;
  }

  forget(): void {
    this.run = this.model.run?.uri;
    const { edits, editedRun } = this.state.value;
    this.edits = Edits.from(editedRun === this.run ? edits : [], this.latent);
    this.shown = null;
    this.picture.clear();
    this.show();
  }

  pull(): void {
    this.request();
  }

  /** Key of the pictures to request, so that pending pictures are not requested again. */
  private get question(): string {
    return JSON.stringify([this.around, this.wanted]);
  }

  private measured(): void {
    this.show();
    if (this.question !== this.asked) this.request();
  }

  private followCards(): void {
    if (this.model.cardsBusy) return;
    this.stage.showPlaces(this.places, this.around);
    if (this.question !== this.asked) this.request();
  }

  /** Traverses the dimensions around a point chosen in another section. */
  exploreFrom(z: Float32Array): void {
    this.startFrom(pointKey(z));
    this.stage.showPlaces(this.places, this.around);
    this.element.scrollIntoView({ behavior: reducedMotion() ? 'instant' : 'smooth' });
  }

  private startFrom(around: string): void {
    this.edits.clear();
    this.state.update({ around, edits: [] });
    this.request();
  }

  /** Moves the point along a dimension and decodes it immediately; the traversals wait until the slider is released. */
  private move(dimension: number, value: number): void {
    if (this.shown === null) return;
    this.edits.set(dimension, value);
    this.picture.show(this.edits.applied(this.shown.traversals.origin));
    this.place();
  }

  private show(): void {
    const { run, history } = this.model;
    setAttributes(this.element, { hidden: !isExplorable(run) });
    if (!isExplorable(run)) return;
    const { kl } = this.model;
    for (const part of [this.chart.element, this.table.element]) setAttributes(part, { hidden: kl === null });
    const points = activityOf(history.validation);
    if (kl !== null) {
      this.chart.show(kl, points);
      this.table.show(kl);
    }
    this.warn(collapseOf(points, run.latent, run.objective));
    this.rows.show(this.ranking, this.state.value.allDimensions);
    this.stage.showPlaces(this.places, this.around);
    this.place();
  }

  /** Replaced only if it differs: screen readers announce a warning when it changes. */
  private warn(collapse: Collapse | null): void {
    const key = collapse === null ? '' : collapse.title + collapse.text;
    if (key === this.warned) return;
    this.warned = key;
    this.warning.replaceChildren(
      ...(collapse === null ? [] : [notice('warning', collapse.title, collapse.text)]),
    );
  }

  /** Updates the sliders and the description for the current point. */
  private place(): void {
    // Stays visible after a failure, so that the user can choose another start point.
    setAttributes(this.explore, { hidden: this.shown === null && this.asking.element.hidden });
    if (this.shown === null) return;
    const point = this.edits.applied(this.shown.traversals.origin);
    this.rows.place(point, this.edits, this.model.kl);
    this.stage.describe(point, this.edits.size);
  }

  /** Returns the visible rows edge to edge. */
  private mosaic(): HTMLCanvasElement | null {
    if (this.shown === null || this.shown.dimensions.length === 0) return null;
    const canvas = element('canvas');
    paintMosaic(canvas, this.shown.traversals.pictures, ROW_FRAMES);
    return canvas;
  }

  private readonly pullNow = latestWins<void>(async () => {
    const run = this.run;
    if (run === undefined || this.element.hidden) return;
    const dimensions = this.wanted;
    this.asked = this.question;
    const params = {
      around: startPointOf(this.around, this.latent),
      dimensions,
      frames: ROW_FRAMES,
      quantilesOf: klSourceOf(this.state.value.quantilesOf),
    };
    await this.asking.ask(async () => {
      const traversals = await ifReady(this.client.call('traverse', { ...params, edits: this.edits.list }));
      if (run !== this.run) return;
      this.shown = traversals === null ? null : { dimensions, traversals };
      this.show();
      if (this.shown === null) return;
      this.rows.paint(this.shown);
      this.stage.paint(this.shown.traversals.picture);
    });
    this.place();
  });
}
