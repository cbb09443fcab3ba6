import type { ClassifiedPoints } from '../../../src/protocol/classifier';
import { percent } from '../format';
import { categoryStyle, css } from '../palette';
import { readTheme } from '../theme';
import { probability } from './class-plot';

interface ClassLegendProps {
  readonly points: ClassifiedPoints;
  /** The point whose probabilities are said; absent for none. */
  readonly at?: number;
}

/** Which class each colour of a plot of probabilities is. */
export function ClassLegend({ points, at }: ClassLegendProps) {
  const { light } = readTheme();
  return (
    <ul class="class-legend">
      {points.names.map((name, i) => (
        <li key={i}>
          <span class="swatch" style={{ background: css(categoryStyle(points.classes[i]!, light).colour) }} />
          {name}
          {at !== undefined && <span class="quiet"> {percent(probability(points, at, i))}</span>}
        </li>
      ))}
    </ul>
  );
}
