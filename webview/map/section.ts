import type { MapSet, MapTag } from '../../src/protocol/map';
import { element, setAttributes, setText } from '../shared/element';
import type { ExplorerClient, RunSession } from '../shared/run-session';
import type { Choices } from '../shared/choices';
import { count } from '../shared/format';
import type { ViewState } from '../shared/view-state';
import { busy, button } from '../shared/toolkit';
import { ErrorLine } from '../shared/error-line';
import { MapModel } from './data/map-model';
import { MapView } from './map-view';
import { t } from '../shared/l10n';

/** The map of all images: the controls that make it, and the plot once it exists. */
export class MapSection {
  readonly element: HTMLElement;
  private readonly map: MapModel;
  private readonly plot: MapView;
  private readonly status = element('span', { class: 'quiet' });
  private readonly hint = element('p', { class: 'quiet hint' });
  private readonly trouble = new ErrorLine();
  private readonly progress = element('progress', { 'aria-label': t('Images encoded') });
  private readonly progressText = element('span', { class: 'quiet' });
  private readonly job: HTMLElement;
  private readonly reading = busy(t('Reading the map…'));
  private readonly listeners: (() => void)[] = [];
  private readonly makeButton = button({ label: t('Make Map'), onClick: () => this.map.make() });

  constructor(
    private readonly model: RunSession,
    client: ExplorerClient,
    state: ViewState<Choices>,
  ) {
    this.map = new MapModel(model, client);
    this.plot = new MapView(model, client, this.map, state, () => this.tell());
    this.job = element(
      'div',
      { class: 'map-job' },
      this.progress,
      this.progressText,
      button({ label: t('Cancel'), onClick: () => this.map.cancel() }),
    );
    this.element = element(
      'section',
      { class: 'map', 'aria-label': t('Map') },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Map')),
        this.status,
        element('div', { class: 'switches' }, this.makeButton),
      ),
      this.hint,
      this.trouble.element,
      this.job,
      this.reading,
      this.plot.element,
    );
    this.map.on(() => {
      model.mapSet.value = this.set;
      this.show();
    });
    this.map.pull();
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.map.pull();
    });
    this.show();
  }

  /** The set of images on the map; null until the map is made. */
  get set(): MapSet | null {
    return this.map.data?.set ?? null;
  }

  get tags(): readonly MapTag[] {
    return this.plot.tags;
  }

  /** Ids of the selected images. */
  get selected(): readonly string[] {
    return this.plot.selected;
  }

  make(): void {
    this.map.make();
  }

  /** Listens for a new map, and for changes of its selection, chosen image and tags. */
  on(listener: () => void): void {
    this.listeners.push(listener);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  /** Moves an image's point into view and shows its card. */
  showImage(id: string): void {
    this.map.show([id]);
  }

  private show(): void {
    const { state, data, trouble, sought } = this.map;
    const step = this.model.run?.live?.step ?? state?.step ?? 0;
    const job = state?.job ?? null;
    const stale = data !== null && step > data.set.step;
    setText(this.hint, hintFor(state));
    setAttributes(this.hint, { hidden: state === undefined || state?.set != null || job !== null });
    this.trouble.say(trouble);
    setAttributes(this.job, { hidden: job === null });
    if (job !== null) {
      setAttributes(this.progress, {
        max: Math.max(1, job.total),
        value: job.total === 0 ? undefined : job.done,
      });
      const text =
        job.total === 0
          ? t('Reading images…')
          : t('Encoding images {0} / {1}', count(job.done), count(job.total));
      setText(this.progressText, text);
    }
    setAttributes(this.reading, { hidden: state?.set == null || data?.set.key === state.set.key });
    setText(this.makeButton, data === null ? t('Make Map') : t('Update'));
    setAttributes(this.makeButton, {
      title: t('Encodes every image with the newest weights'),
      appearance: stale || data === null ? 'primary' : 'secondary',
    });
    this.makeButton.disabled = job !== null || state == null;
    setAttributes(this.makeButton, { hidden: data !== null && !stale });
    setText(
      this.status,
      data === null ? '' : t('{0} images at step {1}', count(data.set.count), count(data.set.step)),
    );
    setAttributes(this.plot.element, { hidden: data === null });
    if (data === null) return;
    if (sought.length > 0) this.element.scrollIntoView({ block: 'start' });
    void this.plot.show(data).then(() => this.tell());
  }
}

function hintFor(state: MapModel['state']): string {
  return state === null
    ? t('A map needs a model, and the run has no checkpoint yet.')
    : t(
        'Encode every image to see where it lies in latent space. Training continues meanwhile, a little slower.',
      );
}
