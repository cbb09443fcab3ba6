import { svg } from '../element';

/** Draws a legend sample of a line in the chart. */
export function swatch(
  kind: 'train' | 'validation' | 'dashed' | 'paper train' | 'paper validation',
): SVGElement {
  const line = svg('line', {
    x1: 1,
    y1: 5,
    x2: 21,
    y2: 5,
    'stroke-width': kind === 'validation' ? 2.5 : 1.5,
  });
  const mark = kind === 'validation' && svg('circle', { cx: 11, cy: 5, r: 3.2 });
  return svg('svg', { class: `swatch ${kind}`, width: 22, height: 10, 'aria-hidden': 'true' }, line, mark);
}
