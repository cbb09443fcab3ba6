import { useRef, useState } from 'preact/hooks';
import '../../shared/ui/safe-text';
import { count, figure } from '../../shared/format';
import { t } from '../../shared/l10n';
import type { RangeCounts } from '../data/facet-counts';

const WIDTH = 280;
const HEIGHT = 56;

type Range = readonly [low: number, high: number];

interface HistogramProps {
  readonly counts: RangeCounts;
  /** The range that is filtered by; null for all. */
  readonly range: Range | null;
  readonly onChange: (range: Range | null) => void;
}

/** A histogram on which a range is drawn with the mouse, and the same range as two fields. */
export function Histogram({ counts, range, onChange }: HistogramProps) {
  const { low, high, missing } = counts;
  const [drawn, setDrawn] = useState<Range | null>(null);
  const start = useRef<number | null>(null);
  const shown = drawn ?? range;
  const valueAt = (event: PointerEvent): number => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    return low + Math.min(1, Math.max(0, (event.clientX - left) / width)) * (high - low);
  };
  const end = (): void => {
    start.current = null;
    // A click without a drag clears the range.
    onChange(drawn);
    setDrawn(null);
  };
  return (
    <div class="histogram">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('Histogram from {0} to {1}', short(low), short(high))}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          start.current = valueAt(event);
        }}
        onPointerMove={(event) => {
          if (start.current === null) return;
          const [a, b] = [start.current, valueAt(event)];
          if (a !== b) setDrawn([Math.min(a, b), Math.max(a, b)]);
        }}
        onPointerUp={() => start.current !== null && end()}
        onPointerCancel={() => {
          start.current = null;
          setDrawn(null);
        }}
      >
        <Bars counts={counts} />
        {shown && <Brush counts={counts} range={shown} />}
      </svg>
      <div class="range-fields">
        <RangeField
          label={t('At least')}
          value={shown?.[0] ?? low}
          onChange={(value) => set([value, shown?.[1] ?? high])}
        />
        <RangeField
          label={t('At most')}
          value={shown?.[1] ?? high}
          onChange={(value) => set([shown?.[0] ?? low, value])}
        />
      </div>
      {missing > 0 && <p class="quiet">{t('{0} have no value.', count(missing))}</p>}
    </div>
  );

  function set([from, to]: Range): void {
    if (from <= to) onChange(from <= low && to >= high ? null : [from, to]);
  }
}

function Bars({ counts: { counts, selected } }: { readonly counts: RangeCounts }) {
  const most = Math.max(1, ...counts);
  const width = WIDTH / counts.length;
  return (
    <>
      {Array.from(counts, (number, i) => {
        // A single image is still seen.
        const tall = number === 0 ? 0 : Math.max(1, (number / most) * HEIGHT);
        const part = number === 0 ? 0 : (selected[i]! / number) * tall;
        return (
          <g key={i}>
            <rect class="bar-all" x={i * width} width={width - 0.5} y={HEIGHT - tall} height={tall} />
            {part > 0 && (
              <rect class="bar-selected" x={i * width} width={width - 0.5} y={HEIGHT - part} height={part} />
            )}
          </g>
        );
      })}
    </>
  );
}

function Brush({ counts: { low, high }, range }: { readonly counts: RangeCounts; readonly range: Range }) {
  const at = (value: number): number =>
    high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) * WIDTH : value < low ? 0 : WIDTH;
  const [from, to] = [at(range[0]), at(range[1])];
  return (
    <>
      <rect class="brush-out" x={0} width={from} y={0} height={HEIGHT} />
      <rect class="brush-out" x={to} width={WIDTH - to} y={0} height={HEIGHT} />
      <rect class="brush" x={from} width={Math.max(1, to - from)} y={0} height={HEIGHT} />
    </>
  );
}

interface RangeFieldProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function RangeField({ label, value, onChange }: RangeFieldProps) {
  return (
    <input
      type="number"
      class="seed"
      step="any"
      aria-label={label}
      title={label}
      value={String(Number(value.toPrecision(5)))}
      onChange={({ currentTarget }) => {
        if (Number.isFinite(currentTarget.valueAsNumber)) onChange(currentTarget.valueAsNumber);
      }}
    />
  );
}

const short = (value: number): string => figure(Number(value.toPrecision(4)));
