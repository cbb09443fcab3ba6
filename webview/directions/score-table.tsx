import type { DirectionScore, ScoreValue } from '../../src/domain/direction';
import { coordinate } from '../shared/format';
import { TableHead } from '../shared/ui/table-head';
import { t } from '../shared/l10n';

const HEADS = [t('Measure'), t('This direction'), t('Chance, mean'), t('Chance, 95th percentile')];

/** Scores of a direction on held-out images, compared with chance. */
export function ScoreTable({ score }: { readonly score: DirectionScore }) {
  const { agreement, effect, rounds, seed } = score;
  return (
    <div class="direction-score">
      <table class="numbers">
        <TableHead names={HEADS} />
        <tbody>
          <Row name={t('Agreement of two halves (cosine)')} values={agreement} />
          <Row name={t('Separation of held-out images (Cohen’s d)')} values={effect} />
        </tbody>
      </table>
      <p class="quiet">
        {t(
          'Fitted on a random half of each set and measured on the other (seed {0}). Chance: {1} random divisions of the same images into two sets of these sizes. The direction itself is of all images.',
          seed,
          rounds,
        )}
      </p>
    </div>
  );
}

function Row({ name, values }: { readonly name: string; readonly values: ScoreValue }) {
  const { value, chanceMean, chance95 } = values;
  return (
    <tr>
      <th scope="row">{name}</th>
      {[value, chanceMean, chance95].map((number, i) => (
        <td key={i}>{coordinate(number)}</td>
      ))}
    </tr>
  );
}
