import { element } from '../../shared/element';

/** Gap between a point and its ring, in CSS pixels. */
const GAP_PIXELS = 3;

/**
 * The ring around the point under the cursor. A separate element, since the cursor moves far more often than the
 * canvases need redrawing.
 */
export class HoverRing {
  readonly element = element('div', { class: 'map-ring', hidden: true, 'aria-hidden': 'true' });

  /** Moves the ring. @param position centre of the point in CSS pixels; null hides the ring */
  show(position: readonly [x: number, y: number] | null, diameter: number): void {
    this.element.hidden = position === null;
    if (position === null) return;
    const radius = diameter / 2 + GAP_PIXELS;
    const { style } = this.element;
    style.width = style.height = `${2 * radius}px`;
    style.transform = `translate(${position[0] - radius}px, ${position[1] - radius}px)`;
  }
}
