import type { ClassifiedPoints } from '../../../src/protocol/classifier';
import { percent } from '../format';
import { t } from '../l10n';
import { categoryStyle } from '../palette';
import { readTheme } from '../theme';

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
  const { classes, names, probabilities } = points;
  const count = probabilities.length / classes.length;
  const [first, last] = [places[0] ?? 0, places[count - 1] ?? 1];
  const width = Math.max(1e-6, last - first);
  const { light } = readTheme();
  const colourOf = (k: number): string => `rgb(${categoryStyle(k, light).colour.join(' ')})`;
  const value = (point: number, i: number): number => probabilities[point * classes.length + i]!;
  const line = (i: number): string =>
    Array.from({ length: count }, (_, point) => {
      const command = point === 0 ? 'M' : 'L';
      return `${command}${places[point]! - first} ${1 - value(point, i)}`;
    }).join('');
  const shown = Math.min(Math.max(0, at), count - 1);
  const said = names.map((name, i) => `${name} ${percent(value(shown, i))}`).join(', ');
  return (
    <figure class="density class-chart">
      <figcaption class="quiet">{label}</figcaption>
      <div class="density-body">
        <div class="density-axis quiet" aria-hidden="true">
          <span>1</span>
          <span>0</span>
        </div>
        <div class="path-plot" role="img" aria-label={t('{0}: {1}', label, said)}>
          <svg preserveAspectRatio="none" viewBox={`0 0 ${width} 1`}>
            <path class="marker" d={`M${places[shown]! - first} 0V1`} />
            {names.map((_, i) => (
              <path key={i} class="line" style={{ stroke: colourOf(classes[i]!) }} d={line(i)} />
            ))}
          </svg>
        </div>
      </div>
      <ul class="class-legend">
        {names.map((name, i) => (
          <li key={i}>
            <span class="swatch" style={{ background: colourOf(classes[i]!) }} />
            {name} <span class="quiet">{percent(value(shown, i))}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
