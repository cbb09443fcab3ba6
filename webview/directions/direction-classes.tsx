import type { PointClasses } from '../shared/classified-points';
import { ClassLegend } from '../shared/ui/class-legend';
import { ErrorText } from '../shared/ui/notice';
import { RowClasses } from '../shared/ui/row-classes';
import { t } from '../shared/l10n';

interface DirectionClassesProps {
  readonly classes: PointClasses;
  /** The picture that is nearest to the slider. */
  readonly at: number;
}

/** Below the strip along a direction: how probable classes are in its pictures, by the run's classifier; nothing without one. */
export function DirectionClasses({ classes: { isAttached, points, trouble }, at }: DirectionClassesProps) {
  if (!isAttached) return null;
  return (
    <>
      <RowClasses
        points={points}
        label={(said) => t('Probabilities of classes along the direction: {0}', said)}
      />
      <ErrorText text={trouble} />
      {points && <ClassLegend points={points} at={at} />}
    </>
  );
}
