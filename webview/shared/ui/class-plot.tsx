import type { ClassifiedPoints } from '../../../src/protocol/classifier';
import { categoryStyle, css } from '../palette';
import { readTheme } from '../theme';

interface ClassPlotProps {
  readonly points: ClassifiedPoints;
  /** Place of each point, ascending. */
  readonly places: ArrayLike<number>;
  /** Places at the left and the right edge. */
  readonly range: readonly [from: number, to: number];
  /** Place of the mark; null for none. */
  readonly marked: number | null;
  /** What the lines say, for screen readers. */
  readonly label: string;
}

/** Lines of the probabilities of classes over places, from 0 at the bottom to 1 at the top. */
export function ClassPlot({ points, places, range: [from, to], marked, label }: ClassPlotProps) {
  const { light } = readTheme();
  const line = (i: number): string =>
    Array.from(points.top, (_, point) => {
      const command = point === 0 ? 'M' : 'L';
      return `${command}${places[point]! - from} ${1 - probability(points, point, i)}`;
    }).join('');
  return (
    <div class="path-plot" role="img" aria-label={label}>
      <svg preserveAspectRatio="none" viewBox={`0 0 ${Math.max(1e-6, to - from)} 1`}>
        {marked !== null && <path class="marker" d={`M${marked - from} 0V1`} />}
        {Array.from(points.classes, (k, i) => (
          <path key={k} class="line" style={{ stroke: css(categoryStyle(k, light).colour) }} d={line(i)} />
        ))}
      </svg>
    </div>
  );
}

/** Probability of the class at index `i` of `classes`. */
export const probability = ({ classes, probabilities }: ClassifiedPoints, point: number, i: number): number =>
  probabilities[point * classes.length + i]!;
