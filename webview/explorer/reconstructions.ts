import type { Reconstructions } from '../../src/protocol/engine';
import { element, setAttributes, setText } from '../shared/element';
import { count } from '../shared/format';
import { t } from '../shared/l10n';
import { ReconstructionPairs } from '../shared/reconstruction-pairs';

/** The tracked images, fixed throughout training, each above its reconstruction. */
export class ReconstructionSection {
  readonly element: HTMLElement;
  private readonly step = element('span', { class: 'quiet' });
  private readonly pairs = new ReconstructionPairs();

  constructor() {
    this.element = element(
      'section',
      { class: 'reconstructions', hidden: true, 'aria-label': t('Reconstructions') },
      element('div', { class: 'section-head' }, element('h2', {}, t('Reconstructions')), this.step),
      this.pairs.element,
    );
  }

  show(shown: Reconstructions | null): void {
    setAttributes(this.element, { hidden: shown === null || shown.ids.length === 0 });
    if (shown !== null)
      setText(this.step, t('original above, reconstruction below · step {0}', count(shown.step)));
    this.pairs.show(shown);
  }
}
