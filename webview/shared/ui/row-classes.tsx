import type { ClassifiedPoints } from '../../../src/protocol/classifier';
import { percent } from '../format';
import { t } from '../l10n';
import { ClassPlot, probability } from './class-plot';

interface RowClassesProps {
  /** Of the row's pictures; null until the classifier has answered. */
  readonly points: ClassifiedPoints | null;
  /** Says what the row is of, before what is said about its classes. */
  readonly label: (said: string) => string;
}

/** Below a row of pictures: how probable classes are in each. Keeps its place while they are asked for. */
export function RowClasses({ points, label }: RowClassesProps) {
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
        label={label(said.join(', '))}
      />
    </div>
  );
}
