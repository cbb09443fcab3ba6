import type { Along } from '../../src/protocol/directions';
import { CallStatus } from '../shared/call-status';
import { element, setAttributes, setText } from '../shared/element';
import type { ExplorerClient, RunSession } from '../shared/run-session';
import type { Choices } from '../shared/choices';
import { fileName } from '../shared/format';
import type { ViewState } from '../shared/view-state';
import { latestWins } from '../shared/latest-wins';
import type { MapModel } from '../map/data/map-model';
import { saveButton } from '../shared/save';
import { reducedMotion } from '../shared/theme';
import { button } from '../shared/toolkit';
import { whenVisible } from '../shared/when-visible';
import { followWeights, isExplorable } from '../shared/refresh-on-new-weights';
import type { WeightsFollower } from '../shared/refresh-on-new-weights';
import { AnalogyView } from './analogy';
import { anchorOf, startPointsWithOrigin } from './start-images';
import { DirectionForm } from './direction-form';
import { DirectionSlider, PLACES } from './direction-slider';
import { SavedList } from './saved-list';
import { ScoreTable } from './score-table';
import { originText, mismatchOf, verdictOf, endsText } from './direction-text';
import type { ShownDirection } from './direction-text';
import { t } from '../shared/l10n';
import type { SavedDirection, SavedDirections } from '../../src/domain/direction';

/** Directions in latent space with a meaning: made from two sets of images, scored, saved, and applied to any image. */
export class DirectionsSection implements WeightsFollower {
  readonly element: HTMLElement;
  private readonly hint: HTMLElement;
  private readonly maker: DirectionForm;
  private readonly saved: SavedList;
  private readonly body = element('div', { class: 'direction-body', hidden: true });
  private readonly title = element('h3');
  private readonly verdict = element('p', { 'aria-live': 'polite' });
  private readonly made = element('p', { class: 'quiet' });
  private readonly score = new ScoreTable();
  private readonly warning = element('p', { class: 'notice warning', hidden: true });
  private readonly name = element('input', {
    type: 'text',
    class: 'direction-name',
    maxlength: 200,
    'aria-label': t('Name'),
  });
  private readonly keep: HTMLElement;
  private readonly mover: DirectionSlider;
  private readonly analogy: AnalogyView;
  private readonly asking = new CallStatus();
  private readonly request: () => void;
  private readonly requestAnalogy: () => void;
  private files: SavedDirections = { directions: [], damaged: [] };
  private direction: ShownDirection | null = null;
  private along: Along | null = null;
  private run: string | undefined;

  constructor(
    private readonly model: RunSession,
    private readonly client: ExplorerClient,
    private readonly state: ViewState<Choices>,
    private readonly map: MapModel,
  ) {
    this.hint = element(
      'div',
      { class: 'buttons' },
      element('span', { class: 'quiet' }, t('Directions are made of the images on the map.')),
      button({ label: t('Make Map'), onClick: () => map.make() }),
    );
    this.maker = new DirectionForm(
      model,
      client,
      state,
      () => map,
      (made) => this.take(made),
    );
    this.saved = new SavedList({
      choose: (direction) => this.take(direction),
      open: (file) => void this.asking.ask(async () => client.call('openDirection', { file })),
      remove: (file) =>
        void this.asking.ask(async () => void (await client.call('deleteDirection', { file }))),
      misfit: (direction) => this.misfit(direction),
    });
    this.keep = element(
      'div',
      { class: 'buttons' },
      this.name,
      button({ label: t('Save'), onClick: () => void this.save() }),
    );
    this.mover = new DirectionSlider({
      onAround: (directionAround) => {
        state.update({ directionAround });
        this.request();
      },
      onPlace: (directionPlace) => {
        state.update({ directionPlace });
        this.place();
      },
    });
    this.analogy = new AnalogyView(model, client, state, () => this.requestAnalogy());
    const png = saveButton(model, client, 'direction', () =>
      this.along === null ? null : DirectionSlider.mosaic(this.along),
    );
    this.body.append(
      ...[this.title, this.verdict, this.score.element, this.made, this.warning, this.keep],
      ...[this.mover.element, element('div', { class: 'buttons save' }, png)],
    );
    this.element = element(
      'section',
      { class: 'directions', hidden: true, 'aria-label': t('Directions') },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Directions')),
        element('span', { class: 'quiet' }, t('from the mean of one set of images to that of another')),
      ),
      ...[this.hint, this.maker.element, this.saved.element, this.asking.element, this.body],
      this.analogy.element,
    );
    this.request = whenVisible(this.element, () => this.pullNow());
    this.requestAnalogy = whenVisible(this.element, () => this.analogy.pull());
    model.on('run', () => this.show());
    model.on('cards', () => this.show());
    map.on(() => this.show());
    followWeights(model, this);
    client.on('directionsChanged', () => this.pullFiles());
    this.pullFiles();
  }

  get step(): number | null {
    return this.along?.step ?? this.analogy.step;
  }

  forget(): void {
    this.run = this.model.run?.uri;
    this.direction = null;
    this.along = null;
    setAttributes(this.body, { hidden: true });
    this.analogy.forget();
    this.pullFiles();
    this.show();
  }

  pull(): void {
    this.request();
    this.requestAnalogy();
  }

  private show(): void {
    setAttributes(this.element, { hidden: !isExplorable(this.model.run) });
    if (!isExplorable(this.model.run)) return;
    setAttributes(this.hint, { hidden: this.map.set !== null });
    setAttributes(this.maker.element, { hidden: this.map.set === null });
    if (this.map.set !== null) this.maker.show();
    this.saved.show(this.files, this.direction?.file ?? '');
    this.showAround();
    if (!this.model.cardsBusy) this.analogy.show();
  }

  private showAround(): void {
    const { directionAround: around, inspected } = this.state.value;
    const places = startPointsWithOrigin(this.model, inspected, [around]);
    this.mover.showPlaces(places, places.some(({ value }) => value === around) ? around : '');
  }

  private misfit(direction: Pick<ShownDirection, 'vector' | 'run' | 'step'>) {
    const { run } = this.model;
    const step = this.along?.step ?? run?.live?.step ?? null;
    return mismatchOf(direction, { latent: run?.latent ?? 0, run: fileName(run?.uri ?? ''), step });
  }

  /** Shows a new or saved direction. */
  private take(direction: ShownDirection): void {
    this.direction = direction;
    setAttributes(this.body, { hidden: false });
    this.state.update({ direction: direction.file });
    this.name.value = direction.name;
    setText(this.title, direction.file === '' ? endsText(direction) : direction.name);
    setText(this.verdict, verdictOf(direction));
    setText(
      this.made,
      direction.file === ''
        ? originText(direction)
        : t('{0}. {1}', endsText(direction), originText(direction)),
    );
    this.score.show(direction.score);
    setAttributes(this.keep, { hidden: direction.file !== '' });
    this.show();
    this.request();
  }

  private async save(): Promise<void> {
    const made = this.direction;
    if (made === null) return;
    const { from, to, vector, start, counts, inBoth, score, step, fingerprint } = made;
    const direction = { vector, start, counts, inBoth, score, step, fingerprint };
    await this.asking.ask(async () => {
      const name = this.name.value.trim();
      if (name === '') throw new Error(t('A direction needs a name.'));
      this.take(await this.client.call('saveDirection', { name, from, to, direction }));
    });
  }

  private readonly pullFiles = latestWins<void>(async () => {
    await this.asking.ask(async () => {
      this.files = await this.client.call('directions', {});
      this.followFiles(this.state.value.direction);
      const request = await this.client.call('requestedDirection', {});
      if (request === null) return;
      if ('file' in request) this.followFiles(request.file);
      else this.analogy.choose(request.analogy);
      const goal = 'file' in request ? this.element : this.analogy.element;
      goal.scrollIntoView({ behavior: reducedMotion() ? 'instant' : 'smooth' });
    });
    this.show();
  });

  /** Restores the selected direction from the files, for instance after a reload, and clears a direction whose file is gone. */
  private followFiles(file: string): void {
    const found = this.files.directions.find((direction: SavedDirection) => direction.file === file);
    if (found !== undefined && this.direction?.file !== file && !this.misfit(found)?.refused)
      this.take(found);
    const shown = this.direction?.file ?? '';
    if (shown === '' || this.files.directions.some((direction) => direction.file === shown)) return;
    this.direction = null;
    this.along = null;
    this.state.update({ direction: '' });
    setAttributes(this.body, { hidden: true });
  }

  private readonly pullNow = latestWins<void>(async () => {
    const { model, client } = this;
    const direction = this.direction;
    const run = this.run;
    if (direction === null || model.run == null) return;
    await this.asking.ask(async () => {
      const around = await anchorOf(client, this.state.value.directionAround, model.run?.latent ?? 0);
      const { start, vector } = direction;
      const along = await client.call('along', { around, start, vector, places: PLACES });
      if (run !== this.run || direction !== this.direction) return;
      this.along = along;
      const component = direction.to === '';
      this.mover.show(along, [
        component ? t('one standard deviation below the mean') : t('mean of {0}', direction.from),
        component ? t('one above') : t('mean of {0}', direction.to),
      ]);
      const misfit = this.misfit(direction);
      setText(this.warning, misfit?.why ?? '');
      setAttributes(this.warning, { hidden: misfit === null });
      this.place();
    });
  });

  /** Moves the point to the slider's position. */
  private place(): void {
    if (this.along === null || this.direction === null) return;
    const { origin, place } = this.along;
    const { vector } = this.direction;
    const at = this.state.value.directionPlace;
    const z = origin.map((value, d) => value + (at - place) * vector[d]!);
    this.mover.place(at, place, z);
    this.decode(z);
  }

  private readonly decode = latestWins(async (z: Float32Array) => {
    await this.asking.ask(async () =>
      this.mover.paint(await this.client.call('decode', { view: 'dimensions', z, count: 1 })),
    );
  });
}
