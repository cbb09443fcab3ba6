import type { NearPair } from '../../../src/protocol/map';
import type { Pictures } from '../../../src/domain/pictures';
import { toFailure } from '../../../src/protocol/rpc';
import { element, setAttributes } from '../../shared/element';
import type { ExplorerClient } from '../../shared/run-session';
import { coordinate, nats } from '../../shared/format';
import type { PictureStore } from '../../shared/picture-store';
import { displayWidth, pictureCanvas } from '../../shared/pictures';
import { busy, button } from '../../shared/toolkit';
import type { MapData } from '../data/map-data';
import type { Selection } from '../data/selection';
import { t } from '../../shared/l10n';
import { ErrorLine } from '../../shared/error-line';

/** Maximum number of entries per list. */
const MAX_LISTED = 40;
const THUMBNAIL_PIXELS = 40;

/** A list entry: an image or a pair, with the reason. */
interface Outlier {
  readonly ids: readonly string[];
  readonly why: string;
}

/** Lists images worth checking: the worst reconstructions, and near-duplicates. */
export class OutlierList {
  readonly element: HTMLDetailsElement;
  private readonly list = element('ul', { class: 'map-finds' });
  private readonly trouble = new ErrorLine();
  private readonly busy = busy(t('Comparing posteriors…'));
  private readonly all = button({ label: t('Select All'), onClick: () => this.selectAll() });
  private readonly cancel = button({ label: t('Cancel'), onClick: () => this.running?.abort() });
  private shown: readonly Outlier[] = [];
  private running: AbortController | undefined;
  private data: MapData | null = null;

  constructor(
    private readonly client: ExplorerClient,
    private readonly pictures: PictureStore,
    private readonly selection: Selection,
    private readonly choose: (id: string) => void,
  ) {
    const does = (label: string, title: string, find: (data: MapData) => Promise<Outlier[]>): HTMLElement =>
      button({ label, title, onClick: () => void this.find(find) });
    this.element = element(
      'details',
      { class: 'map-lists' },
      element('summary', {}, t('Outliers and near-duplicates')),
      element(
        'div',
        { class: 'buttons' },
        does(
          t('Worst Reconstructed'),
          t('{0} images with the lowest reconstruction term', MAX_LISTED),
          worst,
        ),
        does(t('Near-Duplicates'), t('{0} pairs with the closest posteriors', MAX_LISTED), (data) =>
          this.nearPairs(data),
        ),
        this.all,
        this.cancel,
      ),
      this.trouble.element,
      this.busy,
      this.list,
    );
    this.show(false);
  }

  /** Switches to another map and clears the lists. */
  setData(data: MapData): void {
    this.data = data;
    this.running?.abort();
    this.shown = [];
    this.list.replaceChildren();
    this.show(false);
  }

  private async find(find: (data: MapData) => Promise<Outlier[]>): Promise<void> {
    const data = this.data;
    if (data === null) return;
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    this.show(true);
    let trouble = '';
    try {
      const found = await find(data);
      const pictures = await this.pictures.fetch(found.flatMap((one) => one.ids));
      if (controller.signal.aborted) return;
      this.shown = found;
      this.list.replaceChildren(...found.map((one) => this.line(one, pictures)));
    } catch (error) {
      trouble = toFailure(error).message;
    } finally {
      // A search that was given up says nothing: the line belongs to the newest one.
      if (this.running === controller) {
        this.trouble.say(controller.signal.aborted ? '' : trouble);
        this.show(false);
      }
    }
  }

  private async nearPairs({ set }: MapData): Promise<Outlier[]> {
    const { signal } = this.running!;
    const pairs = await this.client.call('mapNearPairs', { key: set.key, count: MAX_LISTED }, signal);
    return pairs.map(({ first, second, distance }: NearPair) => ({
      ids: [first, second],
      why: t('distance {0}', coordinate(distance)),
    }));
  }

  private line({ ids, why }: Outlier, pictures: ReadonlyMap<string, Pictures>): HTMLElement {
    const images = ids.map((id) => {
      const node = element('button', {
        type: 'button',
        class: 'map-find-image',
        title: id,
        'aria-label': id,
      });
      const picture = pictures.get(id);
      if (picture) {
        const canvas = pictureCanvas(picture, 0, '');
        canvas.setAttribute('aria-hidden', 'true');
        canvas.style.width = `${displayWidth(picture, THUMBNAIL_PIXELS)}px`;
        node.append(canvas);
      }
      node.addEventListener('click', () => this.choose(id));
      return node;
    });
    return element('li', {}, ...images, element('span', { class: 'quiet' }, why));
  }

  private selectAll(): void {
    this.selection.set(this.shown.flatMap(({ ids }) => ids));
  }

  private show(running: boolean): void {
    setAttributes(this.busy, { hidden: !running });
    setAttributes(this.cancel, { hidden: !running });
    setAttributes(this.all, { hidden: running || this.shown.length === 0 });
  }
}

async function worst(data: MapData): Promise<Outlier[]> {
  const values = await data.column('reconstruction');
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  return [...order.subarray(0, MAX_LISTED)].map((index) => ({
    ids: [data.images.ids[index]!],
    why: t('{0} nats', nats(values[index])),
  }));
}
