import { element, setAttributes } from '../shared/element';
import { coordinate } from '../shared/format';
import { t } from '../shared/l10n';
import type { DirectionScore, ScoreValue } from '../../src/domain/direction';

const HEADS = [t('Measure'), t('This direction'), t('Chance, mean'), t('Chance, 95th percentile')];

/** Scores of a direction on held-out images, compared with chance. */
export class ScoreTable {
  readonly element = element('div', { class: 'direction-score' });

  show(score: DirectionScore | null): void {
    setAttributes(this.element, { hidden: score === null });
    if (score === null) return this.element.replaceChildren();
    const { agreement, effect, rounds, seed } = score;
    this.element.replaceChildren(
      element(
        'table',
        { class: 'numbers' },
        element(
          'thead',
          {},
          element('tr', {}, ...HEADS.map((name) => element('th', { scope: 'col' }, name))),
        ),
        element(
          'tbody',
          {},
          row(t('Agreement of two halves (cosine)'), agreement),
          row(t('Separation of held-out images (Cohen\u2019s d)'), effect),
        ),
      ),
      element(
        'p',
        { class: 'quiet' },
        t(
          'Fitted on a random half of each set and measured on the other (seed {0}). Chance: {1} random divisions of the same images into two sets of these sizes. The direction itself is of all images.',
          seed,
          rounds,
        ),
      ),
    );
  }
}

function row(name: string, { value, chanceMean, chance95 }: ScoreValue): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    ...[value, chanceMean, chance95].map((number) => element('td', {}, coordinate(number))),
  );
}
