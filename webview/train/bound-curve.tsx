import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PaperPanel } from '../../src/paper/setting';
import { BoundChart } from '../shared/charts/bound-chart';
import type { Choices } from '../shared/choices';
import type { Curves, TrainingMoment } from '../shared/metric-history';
import type { Cursor } from './cursor';
import { paperReferences } from './paper-comparison';

interface BoundCurveProps {
  readonly curves: Curves;
  readonly choices: Choices;
  /** Panel of the paper's figure whose curves are drawn behind; null for none. */
  readonly paper: PaperPanel | null;
  /** Sample count at which the run will end; 0 if that is unknown. */
  readonly until: number;
  readonly mark: TrainingMoment | null;
  /** For screen readers. */
  readonly label: string;
  readonly onCursor: (cursor: Cursor) => void;
}

/** The chart of the bound. It is drawn again only for what it shows: a moving cursor is not a reason. */
export function BoundCurve({ curves, choices, paper, until, mark, label, onCursor }: BoundCurveProps) {
  const place = useRef<HTMLDivElement>(null);
  const [chart] = useState(() => new BoundChart((step, byKeyboard) => onCursor({ step, byKeyboard })));
  useLayoutEffect(() => {
    place.current!.append(chart.element);
    return () => chart.dispose();
  }, [chart]);
  const { logAxis, fullRange, reconstruction, kl } = choices;
  const method = paper?.method;
  useLayoutEffect(() => {
    const behind = paper === null ? {} : { references: paperReferences(paper), until };
    chart.show(
      curves,
      { logAxis, fullRange, reconstruction, kl },
      { ...behind, mark: mark?.samples ?? null },
    );
  }, [chart, curves, logAxis, fullRange, reconstruction, kl, paper?.latent, method, until, mark?.samples]);
  useLayoutEffect(() => chart.describe(label), [chart, label]);
  return <div ref={place} class="chart-place" />;
}
