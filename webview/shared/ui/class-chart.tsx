import type { ClassifiedPoints } from '../../../src/protocol/classifier';
import { percent } from '../format';
import { t } from '../l10n';
import { ClassLegend } from './class-legend';
import { ClassPlot, probability } from './class-plot';

interface ClassChartProps {
  readonly points: ClassifiedPoints;
  /** Place of each point, ascending. */
  readonly places: ArrayLike<number>;
  /** The point that is looked at. */
  readonly at: number;
  readonly label: string;
}

/** Plots the probabilities of classes along decoded pictures, from 0 to 1. The most probable class of the point that is looked at is said. */
export function ClassChart({ points, places, at, label }: ClassChartProps) {
  const { names, top } = points;
  const shown = Math.min(Math.max(0, at), top.length - 1);
  const said = names.map((name, i) => `${name} ${percent(probability(points, shown, i))}`).join(', ');
  return (
    <figure class="density class-chart">
      <figcaption class="quiet">{label}</figcaption>
      <div class="density-body">
        <div class="density-axis quiet" aria-hidden="true">
          <span>1</span>
          <span>0</span>
        </div>
        <ClassPlot
          points={points}
          places={places}
          range={[places[0] ?? 0, places[top.length - 1] ?? 1]}
          marked={places[shown] ?? null}
          label={t('{0}: {1}', label, said)}
        />
      </div>
      <ClassLegend points={points} at={shown} />
    </figure>
  );
}
