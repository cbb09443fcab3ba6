import type { PaperCurve } from '../../paper/curve';
import type { PlotMark, Point } from './drawing';
import type { Style } from './legend';
import { placeOf, visibleParts } from './plot';
import type { Plot } from './plot';

/** Returns the parts of a curve inside the frame as strokes. */
export function strokes(plot: Plot, curve: PaperCurve | null, style: Style): PlotMark[] {
  if (curve === null) return [];
  return visibleParts(plot, curve).map((points) => ({ kind: 'stroke', points, ...style }));
}

/** Returns the points of a curve inside the frame as dots; useful for short curves, since a single point draws no line. */
export function dots(plot: Plot, { samples, bounds }: PaperCurve, colour: string): PlotMark[] {
  const { left, top, width, height } = plot;
  const isInside = ([x, y]: Point): boolean =>
    x >= left && x <= left + width && y >= top && y <= top + height;
  return samples
    .map((at, i) => placeOf(plot, at, bounds[i]!))
    .filter(isInside)
    .map((at) => ({ kind: 'dot', at, radius: 2, colour }));
}
