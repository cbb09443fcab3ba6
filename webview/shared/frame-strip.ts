import type { Pictures } from '../../src/domain/pictures';
import { element, setAttributes } from './element';
import { imageOf } from './pictures';

/** Gap between two pictures, as a fraction of their width. */
const GAP_SHARE = 1 / 16;

/**
 * Pictures side by side, each clickable. They share one canvas with overlaid elements: the browser composites every
 * canvas in every frame, and a hundred canvases delay all other drawing.
 */
export class FrameStrip {
  readonly element = element('div', { class: 'frame-strip', role: 'img' });
  private readonly canvas = element('canvas', { class: 'picture', 'aria-hidden': 'true' });
  private frames: readonly HTMLElement[] = [];

  constructor(onChoose: (index: number) => void) {
    this.element.append(this.canvas);
    this.element.addEventListener('click', (event) => {
      const at = this.frames.indexOf(event.target as HTMLElement);
      if (at >= 0) onChoose(at);
    });
  }

  /** Paints the pictures from `first` on, one per title. @param label of the whole strip, for screen readers */
  paint(pictures: Pictures, first: number, titles: readonly string[], label: string): void {
    const { width, height } = pictures;
    const count = titles.length;
    const gap = Math.max(1, Math.round(width * GAP_SHARE));
    const total = count * (width + gap) - gap;
    if (this.frames.length !== count) {
      this.frames = titles.map(() => element('span', { class: 'frame' }));
      this.element.replaceChildren(this.canvas, ...this.frames);
    }
    Object.assign(this.canvas, { width: total, height });
    const context = this.canvas.getContext('2d');
    this.frames.forEach((frame, i) => {
      context?.putImageData(imageOf(pictures, first + i), i * (width + gap), 0);
      frame.style.left = `${(100 * i * (width + gap)) / total}%`;
      frame.style.width = `${(100 * width) / total}%`;
      setAttributes(frame, { title: titles[i] });
    });
    setAttributes(this.element, { 'aria-label': label });
  }

  /** Marks the picture at `index`; -1 clears the mark. */
  mark(index: number): void {
    this.frames.forEach((frame, i) =>
      setAttributes(frame, { class: i === index ? 'frame nearest' : 'frame' }),
    );
  }
}
