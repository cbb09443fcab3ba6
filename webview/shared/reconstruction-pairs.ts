import type { Pictures } from '../../src/domain/pictures';
import { element } from './element';
import { t } from './l10n';
import { displayWidth, paint, pictureCanvas } from './pictures';

export interface ShownPairs {
  readonly ids: readonly string[];
  readonly originals: Pictures;
  readonly reconstructions: Pictures;
}

interface Pair {
  readonly id: string;
  readonly reconstruction: HTMLCanvasElement;
}

/** Images, each above its reconstruction. While the image ids stay the same, only the reconstructions are repainted. */
export class ReconstructionPairs {
  readonly element = element('ul', { class: 'pairs' });
  private pairs: readonly Pair[] = [];

  show(shown: ShownPairs | null): void {
    if (shown === null) {
      this.pairs = [];
      return this.element.replaceChildren();
    }
    const same =
      this.pairs.length === shown.ids.length && this.pairs.every((pair, i) => pair.id === shown.ids[i]);
    if (same) this.pairs.forEach((pair, i) => paint(pair.reconstruction, shown.reconstructions, i));
    else this.rebuild(shown);
  }

  private rebuild(shown: ShownPairs): void {
    const width = `${displayWidth(shown.originals, 56)}px`;
    this.pairs = shown.ids.map((id, i) => ({
      id,
      reconstruction: pictureCanvas(shown.reconstructions, i, t('Reconstruction of {0}', id)),
    }));
    this.element.replaceChildren(
      ...this.pairs.map((pair, i) => {
        const original = pictureCanvas(shown.originals, i, t('Original {0}', pair.id));
        original.style.width = width;
        pair.reconstruction.style.width = width;
        return element('li', { title: pair.id }, original, pair.reconstruction);
      }),
    );
  }
}
