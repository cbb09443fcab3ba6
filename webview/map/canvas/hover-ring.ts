import { element } from '../../shared/element';

/** Between a point and its ring, and the ring's own breadth, in CSS pixels. */
const GAP_PIXELS = 3;

/**
 * The ring around the point under the cursor. An element of its own: the cursor moves far more often than anything else does,
 * and what is drawn on the canvases below then stays as it is.
 */
export class HoverRing {
  readonly element = element('div', { class: 'map-ring', hidden: true, 'aria-hidden': 'true' });

  /** @param place the point's, in CSS pixels; null for none */
  show(place: readonly [x: number, y: number] | null, diameter: number): void {
    this.element.hidden = place === null;
    if (place === null) return;
    const radius = diameter / 2 + GAP_PIXELS;
    const { style } = this.element;
    style.width = style.height = `${2 * radius}px`;
    style.transform = `translate(${place[0] - radius}px, ${place[1] - radius}px)`;
  }
}
