import type uPlot from 'uplot';
import type { Theme } from '../theme';

/** A comparison curve with its own sample axis; the cursor does not snap to its points. */
export interface Reference {
  readonly split: 'train' | 'validation';
  /** Samples evaluated, ascending. */
  readonly samples: readonly number[];
  readonly values: readonly number[];
}

/** In CSS pixels; shorter than the dashes of the run's own lines. */
const DASH_PATTERN = [3, 3];
const QUIET_OPACITY = 0.75;

/** Paints the references inside the plot area. Call before the plot's own lines are drawn, so that those lie on top. */
export function paintReferences(plot: uPlot, references: readonly Reference[], theme: Theme): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.globalAlpha = theme.highContrast ? 1 : QUIET_OPACITY;
  ctx.setLineDash(DASH_PATTERN.map((length) => length * ratio));
  for (const { split, samples, values } of references) {
    ctx.beginPath();
    samples.forEach((at, i) =>
      ctx.lineTo(plot.valToPos(at, 'x', true), plot.valToPos(values[i]!, 'y', true)),
    );
    ctx.strokeStyle = theme[split];
    ctx.lineWidth = ((split === 'train' ? 1.25 : 1.75) + (theme.highContrast ? 0.5 : 0)) * ratio;
    ctx.stroke();
  }
  ctx.restore();
}

/** Paints a vertical line at `samples`, clamped to the plot area. */
export function paintMark(plot: uPlot, samples: number | null, theme: Theme): void {
  if (samples === null) return;
  const { ctx, bbox } = plot;
  const place = Math.round(plot.valToPos(samples, 'x', true));
  const x = Math.min(bbox.left + bbox.width, Math.max(bbox.left, place));
  ctx.save();
  ctx.strokeStyle = theme.foreground;
  ctx.lineWidth = (theme.highContrast ? 2 : 1) * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
