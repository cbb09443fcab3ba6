import type { Pictures } from '../../src/protocol/pictures';
import { element, setAttributes } from '../element';
import { pictureCanvas } from '../pictures';

/** The frames of one path in a row that wraps; each is a button that puts the slider there. */
export class Strip {
  readonly element: HTMLElement;
  readonly #row = element('div', { class: 'frames' });
  #frames: readonly HTMLButtonElement[] = [];

  constructor(
    private readonly title: string,
    private readonly onChoose: (t: number) => void,
  ) {
    this.element = element(
      'section',
      { class: 'strip', 'aria-label': `${title} path` },
      element('h2', {}, title),
      this.#row,
    );
  }

  show(frames: Pictures): void {
    const last = Math.max(1, frames.count - 1);
    this.#frames = Array.from({ length: frames.count }, (_, i) => {
      const t = i / last;
      const canvas = pictureCanvas(frames, i, '');
      canvas.setAttribute('aria-hidden', 'true');
      const label = `${this.title}, t ${t.toFixed(2)}`;
      const frame = element(
        'button',
        { class: 'frame', type: 'button', title: label, 'aria-label': label },
        canvas,
      );
      frame.addEventListener('click', () => this.onChoose(t));
      return frame;
    });
    this.#row.replaceChildren(...this.#frames);
  }

  /** Marks the frame nearest to t; null when the other path is the one that plays. */
  mark(t: number | null): void {
    const nearest = t === null ? -1 : Math.round(t * (this.#frames.length - 1));
    this.#frames.forEach((frame, i) => setAttributes(frame, { 'aria-pressed': String(i === nearest) }));
    setAttributes(this.element, { class: t === null ? 'strip' : 'strip active' });
  }
}
