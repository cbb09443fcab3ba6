import '../shared/ui/safe-text';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { SweepTrial } from '../../src/domain/sweep';
import { t } from '../shared/l10n';
import { css, plainColour, scaleColour } from '../shared/palette';
import { useTheme } from '../shared/ui/use-theme';
import { colourPlace, isWithin, labelledStops, valueText } from './axes';
import type { ParallelAxis } from './axes';
import type { SweepModel } from './model';
import type { Brush } from './view-state';

const HEIGHT = 260;
const TOP = 34;
const BOTTOM = 14;
const SIDE = 56;
/** Least distance of two axes, in px; a narrow view scrolls. */
const MIN_GAP = 96;
/** A shorter drag is a click, which removes the range. */
const MIN_DRAG = 4;
const HANDLE_WIDTH = 18;

const yOf = (place: number): number => HEIGHT - BOTTOM - place * (HEIGHT - TOP - BOTTOM);
const placeAt = (y: number): number =>
  Math.min(1, Math.max(0, (HEIGHT - BOTTOM - y) / (HEIGHT - TOP - BOTTOM)));

/** Each trial as a line across an axis for each setting and bound, coloured by its bound. Ranges of axes choose trials. */
export function ParallelCoordinates({ model }: { readonly model: SweepModel }) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const theme = useTheme();
  const axes = model.axes.value;
  const brushes = model.brushes.value;
  const { selected } = model.state.value;
  const trials = model.page?.trials ?? [];
  const gap = Math.max(MIN_GAP, (width - 2 * SIDE) / Math.max(1, axes.length - 1));
  const total = 2 * SIDE + gap * Math.max(0, axes.length - 1);
  const xOf = (index: number): number => SIDE + index * gap;
  const shown = trials.filter((trial) => isWithin(trial, axes, brushes));
  const others = trials.filter((trial) => !shown.includes(trial));
  const colourOf = (trial: SweepTrial): string => {
    const at = colourPlace(trial, axes);
    return css(at === null ? plainColour(theme.light) : scaleColour(at, theme.light));
  };
  return (
    <section aria-label={t('Settings and bounds')}>
      <div class="section-head">
        <h2>{t('Settings and bounds')}</h2>
        <span class="quiet">{t('Drag along an axis to choose a range')}</span>
        <Legend light={theme.light} />
      </div>
      <div class="parallel" ref={place}>
        <svg
          width={total}
          height={HEIGHT}
          role="group"
          aria-label={t('Trials as lines across settings and bounds')}
        >
          <g class="others" aria-hidden="true">
            {others.map((trial) => (
              <path key={trial.number} d={lineOf(trial, axes, xOf)} />
            ))}
          </g>
          <g class="lines" aria-hidden="true">
            {shown.map((trial) => {
              const isSelected = selected.includes(trial.number);
              const line = lineOf(trial, axes, xOf);
              return (
                <g
                  key={trial.number}
                  data-trial={trial.number}
                  onClick={() => trial.state !== 'waiting' && model.toggle(trial.number)}
                >
                  <title>{titleOf(trial)}</title>
                  <path class={isSelected ? 'line selected' : 'line'} stroke={colourOf(trial)} d={line} />
                  <path class="hit" d={line} />
                </g>
              );
            })}
          </g>
          {axes.map((axis, i) => (
            <AxisView key={axis.name} model={model} axis={axis} x={xOf(i)} brush={brushes.get(axis.name)} />
          ))}
        </svg>
      </div>
    </section>
  );
}

const titleOf = ({ run, values }: SweepTrial): string =>
  [run, ...Object.entries(values).map(([setting, value]) => `${setting}: ${valueText(value)}`)].join(' · ');

/** The path of a trial, interrupted where it has no value. */
function lineOf(trial: SweepTrial, axes: readonly ParallelAxis[], xOf: (index: number) => number): string {
  let isDown = false;
  const parts = axes.map((axis, i) => {
    const place = axis.place(trial);
    const step = place === null ? '' : `${isDown ? 'L' : 'M'}${xOf(i)} ${yOf(place).toFixed(1)}`;
    isDown = place !== null;
    return step;
  });
  return parts.join('');
}

interface AxisProps {
  readonly model: SweepModel;
  readonly axis: ParallelAxis;
  readonly x: number;
  readonly brush: Brush | undefined;
}

/** An axis with its values, on which a range is dragged, or set by the keys of its two ends. */
function AxisView({ model, axis, x, brush }: AxisProps) {
  const from = useRef<number | null>(null);
  const { low, high } = brush ?? { low: 0, high: 1 };
  const yAt = (event: PointerEvent): number => {
    const svg = (event.currentTarget as SVGElement).ownerSVGElement!;
    return event.clientY - svg.getBoundingClientRect().top;
  };
  const drag = (event: PointerEvent): void => {
    if (from.current === null) return;
    const to = yAt(event);
    if (Math.abs(to - from.current) < MIN_DRAG) return;
    const [a, b] = [placeAt(from.current), placeAt(to)];
    model.setBrush(axis.name, { low: Math.min(a, b), high: Math.max(a, b) });
  };
  const end = (event: PointerEvent): void => {
    if (from.current !== null && Math.abs(yAt(event) - from.current) < MIN_DRAG)
      model.setBrush(axis.name, null);
    from.current = null;
  };
  return (
    <g class="axis" data-axis={axis.name}>
      <text x={x} y={12} class="axis-name" text-anchor="middle">
        {axis.label}
      </text>
      <line x1={x} x2={x} y1={yOf(0)} y2={yOf(1)} />
      {labelledStops(axis).map(({ place, text }) => (
        <text key={text} class="stop" x={x - 6} y={yOf(place) - 4} text-anchor="end">
          {valueText(text)}
        </text>
      ))}
      <rect
        class="brush-area"
        x={x - 14}
        y={TOP - 8}
        width={28}
        height={HEIGHT - TOP - BOTTOM + 16}
        onPointerDown={(event) => {
          from.current = yAt(event);
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={drag}
        onPointerUp={end}
        onPointerCancel={() => (from.current = null)}
      />
      {brush && (
        <rect class="brush" x={x - 7} y={yOf(high)} width={14} height={Math.max(2, yOf(low) - yOf(high))} />
      )}
      <Handle model={model} axis={axis} x={x} end="low" low={low} high={high} />
      <Handle model={model} axis={axis} x={x} end="high" low={low} high={high} />
    </g>
  );
}

interface HandleProps extends Brush {
  readonly model: SweepModel;
  readonly axis: ParallelAxis;
  readonly x: number;
  readonly end: 'low' | 'high';
}

/** One end of an axis' range, moved by keys from value to value. */
function Handle({ model, axis, x, end, low, high }: HandleProps) {
  const { stops } = axis;
  const [first, last] = rangeOfStops(axis, { low, high });
  const index = end === 'low' ? first : last;
  const y = end === 'low' ? yOf(low) : yOf(high);
  const move = (to: number): void => {
    const [from, until] = end === 'low' ? [Math.min(to, last), last] : [first, Math.max(to, first)];
    const isWhole = from === 0 && until === stops.length - 1;
    model.setBrush(axis.name, isWhole ? null : { low: stops[from]!.place, high: stops[until]!.place });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = keyTarget(event.key, index, stops.length);
    if (to === null) return;
    event.preventDefault();
    move(to);
  };
  const text = stops[index]?.text ?? '';
  return (
    <g
      class="handle"
      role="slider"
      tabindex={0}
      aria-label={end === 'low' ? t('{0}, from', axis.label) : t('{0}, to', axis.label)}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={stops.length - 1}
      aria-valuenow={index}
      aria-valuetext={text}
      onKeyDown={onKeyDown}
    >
      <line x1={x - HANDLE_WIDTH / 2} x2={x + HANDLE_WIDTH / 2} y1={y} y2={y} />
    </g>
  );
}

/** Returns the numbers of the first and the last value within a range; of an empty one those next to it. */
function rangeOfStops({ stops }: ParallelAxis, { low, high }: Brush): [number, number] {
  const inside = stops.flatMap(({ place }, i) => (place >= low - 1e-9 && place <= high + 1e-9 ? [i] : []));
  if (inside.length > 0) return [inside[0]!, inside.at(-1)!];
  const next = stops.findIndex(({ place }) => place > high);
  const nearest = next < 0 ? stops.length - 1 : next;
  return [nearest, nearest];
}

function keyTarget(key: string, index: number, length: number): number | null {
  switch (key) {
    case 'ArrowUp':
    case 'ArrowRight':
      return Math.min(length - 1, index + 1);
    case 'ArrowDown':
    case 'ArrowLeft':
      return Math.max(0, index - 1);
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return null;
  }
}

/** Steps of the scale of colours that the legend shows. */
const SWATCHES = 12;

function Legend({ light }: { readonly light: boolean }) {
  return (
    <span class="colour-legend">
      {t('lower bound')}
      <svg width={SWATCHES * 6} height={10} aria-hidden="true">
        {Array.from({ length: SWATCHES }, (_, i) => (
          <rect key={i} x={i * 6} width={6} height={10} fill={css(scaleColour(i / (SWATCHES - 1), light))} />
        ))}
      </svg>
      {t('higher bound')}
    </span>
  );
}

/** The width of an element in px; 0 before it is known. */
function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, [place]);
  return width;
}
