import type { ComparedImage } from '../../src/protocol/compare';
import type { EncodeFailure } from '../../src/protocol/engine';
import type { TimeImages } from '../../src/protocol/time';
import { representatives } from '../../src/columns/representatives';
import { CallStatus } from '../shared/call-status';
import { dimensionOrder, posteriorChart } from '../shared/charts/posterior';
import { element, setAttributes, setText } from '../shared/element';
import { count, nats } from '../shared/format';
import { latestWins } from '../shared/latest-wins';
import { pictureCanvas } from '../shared/pictures';
import { button } from '../shared/toolkit';
import { whenVisible } from '../shared/when-visible';
import type { CompareModel } from './model';
import { PointRequests } from './draw-points';
import { t } from '../shared/l10n';

/** Images per row. */
const PAGE_IMAGES = 12;

type Encoded = ComparedImage | EncodeFailure;

/** The same images under each run: their reconstructions, and the posterior and bound of the chosen image. */
export class CompareImages {
  readonly element: HTMLElement;
  private readonly grid = element('div', {
    class: 'image-grid',
    role: 'group',
    'aria-label': t('Images under each run'),
  });
  private readonly detail = element('div', { class: 'image-detail', 'aria-live': 'polite' });
  private readonly which = element('span', { class: 'quiet' });
  private readonly asking = new CallStatus();
  private readonly round = new PointRequests();
  private readonly request: () => void;
  private readonly cards = new Map<string, readonly Encoded[]>();
  private readonly troubles = new Map<string, string>();
  private images: TimeImages | null = null;
  private ids: readonly string[] = [];
  /** Model key of the last request, and the URI of the run that the images come from. */
  private key = '';
  private first = '';
  /** The ids of the cards, joined by newlines. */
  private shown = '';

  constructor(private readonly model: CompareModel) {
    this.element = element(
      'section',
      { class: 'compare-images', 'aria-label': t('Images') },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Images')),
        this.which,
        element(
          'div',
          { class: 'switches' },
          button({ label: t('Other Images'), onClick: () => this.turn() }),
        ),
      ),
      this.asking.element,
      this.grid,
      this.detail,
    );
    this.request = whenVisible(this.element, () => this.pull());
  }

  show(): void {
    setAttributes(this.element, { hidden: this.model.view?.mayOpenModels !== true });
    if (this.model.view?.mayOpenModels !== true || this.model.key === this.key) return;
    this.request();
  }

  private readonly pull = latestWins<void>(async () => {
    const { runs, key, client } = this.model;
    const [first] = runs;
    if (first === undefined) return;
    await this.asking.ask(async () => {
      if (this.first !== first.uri) {
        this.images = await client.call('images', {});
        this.first = first.uri;
      }
      this.key = key;
      this.askAll();
    });
  });

  private askAll(): void {
    const { runs, state, client } = this.model;
    const images = this.images;
    if (images === null) return;
    // The validation images that represent the dataset first, then the others, of which each page does.
    const shown = new Set(images.shown);
    const rest = [...images.ids.keys()].filter((i) => !shown.has(images.ids[i]!));
    const inOrder = (_label: number, length: number): Uint32Array =>
      Uint32Array.from({ length }, (_, i) => i);
    const others = representatives(rest, images.labels, rest.length, inOrder);
    const all = [...images.shown, ...Array.from(others, (i) => images.ids[i]!)];
    const pages = Math.max(1, Math.ceil(all.length / PAGE_IMAGES));
    const page = state.value.page % pages;
    this.ids = all.slice(page * PAGE_IMAGES, (page + 1) * PAGE_IMAGES);
    setText(
      this.which,
      t('of {0} images of the first run, choose one for its posterior', count(images.total)),
    );
    // Keeps pictures of older weights until the new pictures arrive, but drops pictures of other images.
    const same = this.shown === this.ids.join('\n');
    this.shown = this.ids.join('\n');
    if (!same) this.cards.clear();
    this.troubles.clear();
    this.draw();
    this.round.start(
      runs.map(({ uri }) => uri),
      (run) => client.call('cards', { run, ids: this.ids }),
      (uri, cards) => {
        this.cards.set(uri, cards);
        this.draw();
      },
      (uri, message) => {
        this.troubles.set(uri, message);
        this.draw();
      },
    );
  }

  private turn(): void {
    const { state } = this.model;
    state.update({ page: state.value.page + 1, chosen: '' });
    this.askAll();
  }

  private choose(id: string): void {
    const { state } = this.model;
    state.update({ chosen: state.value.chosen === id ? '' : id });
    for (const cell of this.grid.querySelectorAll<HTMLElement>('[data-id]'))
      setAttributes(cell, this.pressed(cell.dataset['id']!));
    this.drawDetail();
  }

  private pressed(id: string): { 'aria-pressed': string } {
    return { 'aria-pressed': String(id === this.model.state.value.chosen) };
  }

  private draw(): void {
    const { runs } = this.model;
    const focused = (document.activeElement as HTMLElement | null)?.dataset['id'];
    // Taken from any run; runs may differ in image size or binarisation.
    const originals = runs.map(({ uri }) => this.cards.get(uri)).find((cards) => cards !== undefined);
    const rows = [
      this.row(t('Original'), (i) => pictureOf(originals?.[i], 'original', this.ids[i]!), ''),
      ...runs.map((run) =>
        this.row(
          this.model.name(run),
          (i) => pictureOf(this.cards.get(run.uri)?.[i], 'reconstructed', this.ids[i]!),
          this.troubles.get(run.uri) ?? (this.cards.has(run.uri) ? '' : t('Opening the model…')),
        ),
      ),
    ];
    this.grid.replaceChildren(...rows);
    if (focused !== undefined)
      [...this.grid.querySelectorAll<HTMLElement>('button')]
        .find((node) => node.dataset['id'] === focused)
        ?.focus();
    this.drawDetail();
  }

  private row(name: string, picture: (i: number) => HTMLElement | null, said: string): HTMLElement {
    const cells = this.ids.map((id, i) => {
      const canvas = picture(i);
      const label = `${name}, ${id}`;
      const attributes = {
        type: 'button',
        'data-id': id,
        title: id,
        'aria-label': label,
        ...this.pressed(id),
      };
      const cell = element('button', { class: 'image-cell', ...attributes }, canvas);
      cell.addEventListener('click', () => this.choose(id));
      return cell;
    });
    return element(
      'div',
      { class: 'image-row' },
      element('h3', {}, name),
      said === ''
        ? element('div', { class: 'image-cells' }, ...cells)
        : element('p', { class: 'quiet' }, said),
    );
  }

  private drawDetail(): void {
    const { runs, state } = this.model;
    const index = this.ids.indexOf(state.value.chosen);
    const blocks = runs.flatMap((run) => {
      const card = index < 0 ? undefined : this.cards.get(run.uri)?.[index];
      if (card === undefined) return [];
      return [
        element(
          'div',
          { class: 'image-block' },
          element('h3', { title: run.name }, this.model.name(run)),
          'error' in card
            ? element('p', { class: 'error-text' }, card.error)
            : element('div', {}, termsOf(card), posteriorOf(card)),
        ),
      ];
    });
    const title =
      index < 0 || blocks.length === 0 ? null : element('p', { class: 'image-id' }, state.value.chosen);
    this.detail.replaceChildren(
      ...[title, element('div', { class: 'image-blocks' }, ...blocks)].filter((node) => node !== null),
    );
  }
}

function pictureOf(
  card: Encoded | undefined,
  kind: 'original' | 'reconstructed',
  id: string,
): HTMLElement | null {
  if (card === undefined || 'error' in card) return null;
  const canvas = pictureCanvas(card[kind], 0, '');
  canvas.setAttribute('aria-hidden', 'true');
  canvas.dataset['of'] = id;
  return canvas;
}

function termsOf(card: ComparedImage): HTMLElement {
  const terms = [
    ['ELBO', card.elbo],
    [t('reconstruction'), card.reconstruction],
    [t('\u2212 KL'), card.kl],
  ] as const;
  return element(
    'dl',
    { class: 'terms' },
    ...terms.map(([name, value], i) =>
      element(
        'div',
        { class: i === 0 ? 'strong' : undefined },
        element('dt', {}, name),
        element('dd', {}, nats(value)),
      ),
    ),
  );
}

const posteriorOf = (card: ComparedImage): HTMLElement =>
  posteriorChart(card, dimensionOrder(card.klPerDimension, true), t('dimensions by falling KL'));
