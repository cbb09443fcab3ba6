import type { Reconstructions } from '../../src/protocol/engine';
import { element, setAttributes, setText } from '../element';
import { count } from '../format';
import { displayWidth, paint, pictureCanvas } from '../pictures';
import { t } from '../l10n';

interface Pair {
  readonly id: string;
  readonly reconstruction: HTMLCanvasElement;
}

/** The same images all through training, each above its reconstruction. */
export class ReconstructionSection {
  readonly element: HTMLElement;
  readonly #step = element('span', { class: 'quiet' });
  readonly #grid = element('ul', { class: 'pairs' });
  #pairs: readonly Pair[] = [];

  constructor() {
    this.element = element(
      'section',
      { class: 'reconstructions', hidden: true, 'aria-label': t('Reconstructions') },
      element('div', { class: 'section-head' }, element('h2', {}, t('Reconstructions')), this.#step),
      this.#grid,
    );
  }

  show(shown: Reconstructions | null): void {
    setAttributes(this.element, { hidden: shown === null || shown.ids.length === 0 });
    if (shown === null) {
      this.#pairs = [];
      return this.#grid.replaceChildren();
    }
    setText(this.#step, t('original above, reconstruction below · step {0}', count(shown.step)));
    const same =
      this.#pairs.length === shown.ids.length && this.#pairs.every((pair, i) => pair.id === shown.ids[i]);
    if (same) this.#pairs.forEach((pair, i) => paint(pair.reconstruction, shown.reconstructions, i));
    else this.#rebuild(shown);
  }

  #rebuild(shown: Reconstructions): void {
    const width = `${displayWidth(shown.originals, 56)}px`;
    this.#pairs = shown.ids.map((id, i) => ({
      id,
      reconstruction: pictureCanvas(shown.reconstructions, i, t('Reconstruction of {0}', id)),
    }));
    this.#grid.replaceChildren(
      ...this.#pairs.map((pair, i) => {
        const original = pictureCanvas(shown.originals, i, t('Original {0}', pair.id));
        original.style.width = width;
        pair.reconstruction.style.width = width;
        return element('li', { title: pair.id }, original, pair.reconstruction);
      }),
    );
  }
}
