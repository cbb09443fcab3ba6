import type { Drawing, PlotMark, Point } from './drawing';

/** Renders a drawing as SVG on white; text stays text. */
export function toSvg({ width, height, title, description, marks }: Drawing): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<desc>${escape(description)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...marks.map(element),
    '</svg>',
    '',
  ].join('\n');
}

function element(mark: PlotMark): string {
  switch (mark.kind) {
    case 'stroke': {
      const dash = mark.dash ? ` stroke-dasharray="${mark.dash.join(' ')}"` : '';
      const style = `fill="none" stroke="${mark.colour}" stroke-width="${mark.width}" stroke-linejoin="round"`;
      return `<polyline points="${mark.points.map(pair).join(' ')}" ${style}${dash}/>`;
    }
    case 'dot':
      return `<circle cx="${tidy(mark.at[0])}" cy="${tidy(mark.at[1])}" r="${mark.radius}" fill="${mark.colour}"/>`;
    case 'text': {
      const [x, y] = [tidy(mark.at[0]), tidy(mark.at[1])];
      const turn = mark.upright === true ? ` transform="rotate(-90 ${x} ${y})"` : '';
      const style = `font-family="sans-serif" font-size="${mark.size}" fill="${mark.colour}" text-anchor="${mark.anchor}"`;
      return `<text x="${x}" y="${y}" ${style}${turn}>${escape(mark.text)}</text>`;
    }
  }
}

function pair([x, y]: Point): string {
  return `${tidy(x)},${tidy(y)}`;
}

/** Rounds to hundredths of a pixel, finer than any visible difference. */
function tidy(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Escapes characters that a dataset name may contain and XML does not allow, including control characters. */
function escape(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
