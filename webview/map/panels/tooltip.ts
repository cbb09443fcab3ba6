import type { Pictures } from '../../../src/domain/pictures';
import { element, setAttributes, setText } from '../../shared/element';
import type { ExplorerClient } from '../../shared/explorer-model';
import { latestWins } from '../../shared/latest-wins';
import { displayWidth, paint } from '../../shared/pictures';
import type { Size } from '../canvas/viewport';
import { LruCache } from '../../../src/shared/lru-cache';

/** Longer side of the picture, in CSS pixels. */
const PICTURE_PIXELS = 56;
/** Gap between a point and its tooltip, in CSS pixels. */
const GAP_PIXELS = 13;
/** Size limit of the cached pictures, so that revisited points show theirs at once. */
const MAX_CACHE_BYTES = 8 * 1024 * 1024;

/** Tooltip of the point under the cursor: its picture and a few facts. */
export class Tooltip {
  readonly element: HTMLElement;
  private readonly canvas = element('canvas', { class: 'picture', 'aria-hidden': 'true' });
  private readonly name = element('div', { class: 'map-tip-name' });
  private readonly facts = element('div', { class: 'quiet' });
  private readonly pictures = new LruCache<Pictures>(MAX_CACHE_BYTES);
  private id = '';
  private put = (): void => undefined;

  constructor(private readonly client: ExplorerClient) {
    this.element = element(
      'div',
      { class: 'map-tip', hidden: true, 'aria-hidden': 'true' },
      this.canvas,
      element('div', { class: 'map-tip-text' }, this.name, this.facts),
    );
  }

  hide(): void {
    this.id = '';
    setAttributes(this.element, { hidden: true });
  }

  /** Shows the tooltip next to a point. @param place of the point on the canvas @param size of the canvas */
  show(id: string, facts: string, place: readonly [number, number], size: Size): void {
    this.id = id;
    setText(this.name, id);
    setText(this.facts, facts);
    setAttributes(this.element, { hidden: false });
    const known = this.pictures.get(id);
    this.picture(known);
    this.put = () => this.putAt(place, size);
    this.put();
    if (known === undefined) this.pull(id);
  }

  /** Places the tooltip on the side with enough room. */
  private putAt([x, y]: readonly [number, number], { width, height }: Size): void {
    const { offsetWidth, offsetHeight } = this.element;
    const left =
      x + GAP_PIXELS + offsetWidth > width ? Math.max(0, x - GAP_PIXELS - offsetWidth) : x + GAP_PIXELS;
    const top =
      y + GAP_PIXELS + offsetHeight > height ? Math.max(0, y - GAP_PIXELS - offsetHeight) : y + GAP_PIXELS;
    this.element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  private readonly pull = latestWins(async (id: string) => {
    try {
      const pictures = await this.client.call('mapPictures', { ids: [id] });
      this.pictures.set(id, pictures, pictures.bytes.length);
      if (id !== this.id) return;
      this.picture(pictures);
      this.put();
    } catch {
      // Shows the tooltip without its picture; the card reports the reason.
    }
  });

  private picture(pictures: Pictures | undefined): void {
    setAttributes(this.canvas, { hidden: pictures === undefined });
    if (pictures === undefined) return;
    paint(this.canvas, pictures, 0);
    this.canvas.style.width = `${displayWidth(pictures, PICTURE_PIXELS)}px`;
  }
}
