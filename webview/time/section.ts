import type { SnapshotView } from '../../src/protocol/time';
import { CallStatus } from '../shared/call-status';
import { element, setAttributes, setText } from '../shared/element';
import { rowAt } from '../shared/metric-history';
import type { TrainingMoment } from '../shared/metric-history';
import type { ExplorerClient, RunSession } from '../shared/run-session';
import { ReconstructionPairs } from '../shared/reconstruction-pairs';
import type { Choices } from '../shared/choices';
import { count, nats } from '../shared/format';
import type { ViewState } from '../shared/view-state';
import { Player } from '../shared/player';
import { latestWins } from '../shared/latest-wins';
import { paintMosaic } from '../shared/pictures';
import { button, checkbox } from '../shared/toolkit';
import { whenVisible } from '../shared/when-visible';
import { followWeights, isExplorable } from '../shared/refresh-on-new-weights';
import type { WeightsFollower } from '../shared/refresh-on-new-weights';
import { columnsOf, SnapshotStore } from './snapshot-store';
import { SnapshotMap } from './snapshot-map';
import { t } from '../shared/l10n';

const NONE = t(
  'This run has no snapshots, so earlier steps cannot be shown. VAE: Train keeps snapshots while they are small (setting vae.snapshots); `vae train --set snapshots=true` always keeps them.',
);
const NOT_YET = t('The first snapshot is kept with the first step of training.');
const NO_MODEL = t('The model is not available yet.');

/** A slider through the snapshots of a run that updates map, reconstructions, decoded points and the curve's mark together. */
export class TimeSection implements WeightsFollower {
  readonly element: HTMLElement;
  private readonly slider = element('input', { type: 'range', min: 0, step: 1, 'aria-label': t('Snapshot') });
  private readonly place = element('output', { class: 'place time-place' });
  private readonly hint = element('p', { class: 'quiet hint' });
  private readonly facts = element('p', { class: 'time-facts' });
  private readonly body: HTMLElement;
  /** Created on demand, since each map takes GPU resources. */
  private places: SnapshotMap | null = null;
  private readonly placesBox = element('div', {});
  private readonly pairs = new ReconstructionPairs();
  private readonly pairsBox: HTMLElement;
  private readonly mosaic = element('canvas', { class: 'picture mosaic', role: 'img' });
  private readonly caption = element('figcaption', {});
  private readonly asking = new CallStatus();
  private readonly play = button({ label: t('Play'), onClick: () => this.togglePlay() });
  private readonly player: Player;
  private readonly request: () => void;
  private moments: SnapshotStore | null = null;
  private run: string | undefined;
  /** Slider position from 0 to 1; playback moves it by fractions of a snapshot. */
  private t = 1;

  constructor(
    private readonly model: RunSession,
    private readonly client: ExplorerClient,
    private readonly state: ViewState<Choices>,
    private readonly onMark: (mark: TrainingMoment | null) => void,
  ) {
    this.player = new Player(
      () => this.t,
      (place) => this.moveTo(place),
    );
    this.slider.addEventListener('input', () => {
      this.pause();
      this.moveTo(Number(this.slider.value) / Math.max(1, this.last));
    });
    this.pairsBox = element('div', {}, element('h3', {}, t('Reconstructions')), this.pairs.element);
    const figure = element('figure', { class: 'time-points' }, this.mosaic, this.caption);
    this.body = element(
      'div',
      { hidden: true },
      element('div', { class: 'slide' }, this.play, this.slider, this.place),
      this.facts,
      element(
        'div',
        { class: 'time-body' },
        this.placesBox,
        element('div', { class: 'time-side' }, this.pairsBox, figure),
      ),
    );
    this.element = element(
      'section',
      { class: 'time', hidden: true, 'aria-label': t('Time') },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Time')),
        element(
          'div',
          { class: 'switches' },
          checkbox(t('Align to the newest'), state.value.timeAlign, (timeAlign) => {
            state.update({ timeAlign });
            this.show();
          }),
        ),
      ),
      this.asking.element,
      this.hint,
      this.body,
    );
    this.request = whenVisible(this.element, () => this.pullNow());
    model.on('run', () => setAttributes(this.element, { hidden: !isExplorable(model.run) }));
    model.on('metrics', () => this.showFacts());
    document.addEventListener('visibilitychange', () => this.pause());
    followWeights(model, this);
  }

  /** Step of the newest snapshot; null before the list has been pulled. */
  get step(): number | null {
    return this.moments?.newest ?? null;
  }

  forget(): void {
    this.pause();
    this.run = this.model.run?.uri;
    this.moments = null;
    this.placesBox.replaceChildren();
    setAttributes(this.body, { hidden: true });
    this.onMark(null);
  }

  pull(): void {
    this.request();
  }

  private get align(): boolean {
    return this.state.value.timeAlign;
  }

  private get last(): number {
    return (this.moments?.steps.length ?? 0) - 1;
  }

  /** Step of the snapshot at the slider; -1 for none. */
  private get at(): number {
    return this.moments?.nearest(this.state.value.timeStep) ?? -1;
  }

  private readonly pullNow = latestWins<void>(async () => {
    const run = this.run;
    if (run === undefined || this.element.hidden) return;
    const moments = (this.moments ??= new SnapshotStore(this.client, this.model.run?.latent ?? 0));
    await this.asking.ask(async () => {
      await moments.pullList();
      if (moments !== this.moments) return;
      const { list } = moments;
      const hint = list === null ? NO_MODEL : moments.steps.length > 0 ? '' : list.kept ? NOT_YET : NONE;
      setText(this.hint, hint);
      setAttributes(this.hint, { hidden: hint === '' });
      setAttributes(this.body, { hidden: moments.steps.length === 0 });
      if (moments.steps.length === 0) return;
      setAttributes(this.slider, { max: this.last });
      this.show();
      await moments.pullImages();
      if (moments === this.moments) this.show();
    });
  });

  /** Moves the slider. @param place from 0, the first snapshot, to 1, the newest */
  private moveTo(place: number): void {
    this.t = place;
    const index = Math.round(place * Math.max(0, this.last));
    // At the newest snapshot, the slider follows newer snapshots.
    const timeStep = index >= this.last ? -1 : (this.moments?.steps[index] ?? -1);
    if (timeStep === this.state.value.timeStep) return;
    this.state.update({ timeStep });
    this.show();
  }

  private show(): void {
    const moments = this.moments;
    const step = this.at;
    if (moments === null || step < 0) return;
    const index = moments.steps.indexOf(step);
    if (!this.player.playing) this.t = this.last === 0 ? 1 : index / this.last;
    this.slider.value = String(index);
    setText(this.place, `${index + 1} / ${moments.steps.length}`);
    this.showFacts();
    const samples = step * (moments.list?.minibatch ?? 0);
    this.onMark(step === moments.newest ? null : { step, samples });
    const known = moments.known(step, this.align);
    if (known) this.paint(moments, known);
    else this.fetch();
  }

  private readonly fetch = latestWins<void>(async () => {
    const moments = this.moments;
    const step = this.at;
    if (moments === null || step < 0) return;
    await this.asking.ask(async () => {
      const view = await moments.pull(step, this.align);
      if (view !== null && moments === this.moments && step === this.at) this.paint(moments, view);
    });
  });

  private paint({ images, latent }: SnapshotStore, view: SnapshotView): void {
    const { places, reconstructions, pictures, step } = view;
    setAttributes(this.placesBox, { hidden: places === null || images === null });
    if (places !== null && images !== null) {
      this.places ??= this.newPlaces();
      if (this.placesBox.childElementCount === 0) this.placesBox.append(this.places.element);
      this.places.show(images, places, latent, step);
    }
    setAttributes(this.pairsBox, { hidden: reconstructions === null || images === null });
    if (reconstructions !== null && images !== null)
      this.pairs.show({ ids: images.shown, originals: images.originals, reconstructions });
    paintMosaic(this.mosaic, pictures, columnsOf(latent));
    const what =
      latent <= 2
        ? t('The unit square through the inverse normal distribution function, the same z at each step.')
        : t('{0} draws of the prior, the same z at each step.', count(pictures.count));
    setText(this.caption, what);
    setAttributes(this.mosaic, {
      'aria-label': t('{0} Decoded at step {1}.', what, count(step)),
      'data-step': step,
    });
  }

  private newPlaces(): SnapshotMap {
    const places = new SnapshotMap(this.model.pictures, {
      chosen: (timeChosen) => {
        this.state.update({ timeChosen });
        places.choose(timeChosen);
      },
      way: (index) => (index < 0 ? [] : (this.moments?.way(index, this.align) ?? [])),
    });
    places.choose(this.state.value.timeChosen);
    return places;
  }

  private showFacts(): void {
    const step = this.at;
    if (step < 0) return;
    const samples = step * (this.moments?.list?.minibatch ?? 0);
    const { train, validation } = this.model.history;
    const text = t(
      'Step {0} · {1} samples · ELBO training {2}, validation {3} nats',
      count(step),
      count(samples),
      nats(rowAt(train, step)?.elbo),
      nats(rowAt(validation, step)?.elbo),
    );
    setText(this.facts, text);
    setAttributes(this.slider, { 'aria-valuetext': text });
  }

  private togglePlay(): void {
    // At the end, playback starts over.
    if (!this.player.playing && this.t >= 1) this.moveTo(0);
    this.player.toggle();
    setText(this.play, this.player.playing ? t('Pause') : t('Play'));
  }

  private pause(): void {
    this.player.pause();
    setText(this.play, t('Play'));
  }
}
