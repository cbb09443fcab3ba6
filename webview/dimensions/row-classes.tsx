import type { ClassifiedPoints } from '../../src/protocol/classifier';
import { percent } from '../shared/format';
import { t } from '../shared/l10n';
import { ClassPlot, probability } from '../shared/ui/class-plot';

interface RowClassesProps {
  readonly dimension: number;
  /** Of the row's pictures; null until the classifier has answered. */
  readonly points: ClassifiedPoints | null;
}

/** Below the pictures along a dimension: how probable classes are in each. Keeps its place while they are asked for. */
export function RowClasses({ dimension, points }: RowClassesProps) {
  if (points === null) return <div class="row-classes" />;
  const last = points.top.length - 1;
  const said = points.names.map((name, i) =>
    t('{0} {1} to {2}', name, percent(probability(points, 0, i)), percent(probability(points, last, i))),
  );
  return (
    <div class="row-classes">
      <ClassPlot
        points={points}
        places={Array.from(points.top, (_, i) => i)}
        // Each place lies below the middle of its picture.
        range={[-0.5, last + 0.5]}
        marked={null}
        label={t('Probabilities of classes along dimension {0}: {1}', dimension, said.join(', '))}
      />
    </div>
  );
}

/** What is said about the pictures `first` to `first + count - 1`. */
export function classesOfRow(points: ClassifiedPoints, first: number, count: number): ClassifiedPoints {
  const { classes, probabilities, top } = points;
  return {
    ...points,
    probabilities: probabilities.subarray(first * classes.length, (first + count) * classes.length),
    top: top.subarray(first, first + count),
  };
}
