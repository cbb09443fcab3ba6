import type { Pictures } from '../../../src/domain/pictures';
import { element, setAttributes, setText } from '../../shared/element';
import { latestWins } from '../../shared/latest-wins';
import type { PictureStore } from '../../shared/picture-store';
import { displayWidth, paint } from '../../shared/pictures';
import type { Size } from '../canvas/viewport';

/** Longer side of the picture, in CSS pixels. */
const PICTURE_PIXELS = 56;
/** Gap between a point and its tooltip, in CSS pixels. */
const GAP_PIXELS = 13;

/** Tooltip of the point under the cursor: its picture and a few facts. */
export class Tooltip {
  readonly element: HTMLElement;
  private readonly canvas = element('canvas', { class: 'picture', 'aria-hidden': 'true' });
  private readonly name = element('div', { class: 'map-tip-name' });
  private readonly facts = element('div', { class: 'quiet' });
  private id = '';
  private put = (): void => undefined;

  constructor(private readonly pictures: PictureStore) {
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

  /** Shows the tooltip next to a point. @param position of the point on the canvas @param size of the canvas */
  show(id: string, facts: string, position: readonly [number, number], size: Size): void {
    this.id = id;
    setText(this.name, id);
    setText(this.facts, facts);
    setAttributes(this.element, { hidden: false });
    const known = this.pictures.get(id);
    this.picture(known);
    this.put = () => this.putAt(position, size);
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
      const picture = (await this.pictures.fetch([id])).get(id);
      if (id !== this.id) return;
      this.picture(picture);
      this.put();
    } catch {
      // Shows the tooltip without its picture; the card reports the reason.
    }
  });

  private picture(picture: Pictures | undefined): void {
    setAttributes(this.canvas, { hidden: picture === undefined });
    if (picture === undefined) return;
    paint(this.canvas, picture, 0);
    this.canvas.style.width = `${displayWidth(picture, PICTURE_PIXELS)}px`;
  }
}
