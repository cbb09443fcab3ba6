import { paperCurve } from '../../paper/curve';
import type { PaperCurve } from '../../paper/curve';
import { FIGURE_2_SAMPLES } from '../../paper/figure2';
import type { PaperLatent } from '../../paper/figure2';
import type { Drawing, Mark, Point } from './drawing';
import { legend, STYLES, TEST, type Style } from './legend';
import { axes, placeOf, visibleParts } from './plot';
import type { Plot } from './plot';

/** What was measured for one panel. */
export interface FigurePanel {
  readonly latent: PaperLatent;
  readonly validation: PaperCurve;
  readonly training: PaperCurve;
  /** After all samples, on the test split; the error is one standard error over its images. */
  readonly test: { readonly samples: number; readonly elbo: number; readonly standardError: number };
}

const INK = '#222222';

const HEIGHT = 250;
const MARGIN = { left: 66, top: 68, right: 18, bottom: 46 };
const GAP = 18;
/** Of all panels together where there are many of them, and of one at most. */
const WIDTH = { all: 1052, one: 420 };
/** Validations that are drawn with marks. */
const MOST_MARKED = 5;
/** The frame of the paper's figure. */
const PAPER_FIRST = 1e5;
const PAPER_BOUNDS = [-150, -95] as const;

/** The paper's Figure 2 with ours in it: one panel for each Nz, side by side. */
export function figure2(panels: readonly FigurePanel[], title: string): Drawing {
  const count = panels.length;
  const frame = sharedFrame(panels);
  const across = Math.min(WIDTH.one, (WIDTH.all - (count - 1) * GAP) / count);
  const plots = panels.map((_, i): Plot => {
    return {
      ...frame,
      left: MARGIN.left + i * (across + GAP),
      top: MARGIN.top,
      width: across,
      height: HEIGHT,
    };
  });
  const right = MARGIN.left + count * across + (count - 1) * GAP;
  const bottom = MARGIN.top + HEIGHT;
  const entries = legend([MARGIN.left, bottom + 60], right - MARGIN.left);
  const marks: Mark[] = [
    label(title, [MARGIN.left, 26], 15, 'start'),
    ...plots.flatMap((plot, i) => [
      label(`Nz = ${panels[i]!.latent}`, [plot.left + across / 2, MARGIN.top - 9], 13, 'middle'),
      ...axes(plot, i === 0),
      ...curves(plot, panels[i]!),
    ]),
    {
      ...label('lower bound, nats per datapoint', [16, MARGIN.top + HEIGHT / 2], 12, 'middle'),
      upright: true,
    },
    label('training samples evaluated', [(MARGIN.left + right) / 2, bottom + 36], 12, 'middle'),
    ...entries.marks,
  ];
  const height = bottom + MARGIN.bottom + entries.height;
  return { width: right + MARGIN.right, height, title, description: describe(panels), marks };
}

function label(text: string, at: Point, size: number, anchor: 'start' | 'middle') {
  return { kind: 'text' as const, at, text, size, colour: INK, anchor };
}

/** The frame of the paper's figure, widened where ours would not be seen in it: after few samples, or on other images. */
function sharedFrame(panels: readonly FigurePanel[]): Pick<Plot, 'samples' | 'bounds'> {
  const last = Math.min(...panels.map(({ test }) => test.samples));
  const first = last > 2 * PAPER_FIRST ? PAPER_FIRST : 10 ** Math.floor(Math.log10(last / 10));
  const ends = panels.map(({ test }) => test.elbo).filter(Number.isFinite);
  const low = ends.filter((elbo) => elbo < PAPER_BOUNDS[0] + 5);
  const lowest = Math.min(PAPER_BOUNDS[0], ...low.map((elbo) => Math.floor((elbo - 10) / 10) * 10));
  const highest = Math.max(PAPER_BOUNDS[1], ...ends.map((elbo) => Math.ceil((elbo + 5) / 5) * 5));
  const end = Math.max(FIGURE_2_SAMPLES.at(-1)!, ...panels.map(({ test }) => test.samples));
  return { samples: [first, end], bounds: [lowest, highest] };
}

function curves(plot: Plot, { latent, validation, training, test }: FigurePanel): Mark[] {
  const lines: [PaperCurve | null, Style][] = [
    [paperCurve(latent, 'train', 'wake-sleep'), STYLES.wakeSleepTrain],
    [paperCurve(latent, 'test', 'wake-sleep'), STYLES.wakeSleepTest],
    [paperCurve(latent, 'train'), STYLES.paperTrain],
    [paperCurve(latent, 'test'), STYLES.paperTest],
    [training, STYLES.training],
    [validation, STYLES.validation],
  ];
  const strokes = lines.flatMap(([curve, style]) =>
    curve === null
      ? []
      : visibleParts(plot, curve).map((points): Mark => ({ kind: 'stroke', points, ...style })),
  );
  // A few validations are marked: one alone makes no line.
  if (validation.samples.length <= MOST_MARKED) strokes.push(...dots(plot, validation));
  if (!Number.isFinite(test.elbo)) return strokes;
  const bar = [test.elbo - test.standardError, test.elbo + test.standardError].map((bound) =>
    placeOf(plot, test.samples, bound),
  );
  const dot: Mark = { kind: 'dot', at: placeOf(plot, test.samples, test.elbo), ...TEST };
  return [...strokes, { kind: 'stroke', points: bar, colour: TEST.colour, width: 1.2 }, dot];
}

function dots(plot: Plot, { samples, bounds }: PaperCurve): Mark[] {
  const { left, top, width, height } = plot;
  return samples
    .map((at, i) => placeOf(plot, at, bounds[i]!))
    .filter(([x, y]) => x >= left && x <= left + width && y >= top && y <= top + height)
    .map((at) => ({ kind: 'dot', at, radius: 2, colour: STYLES.validation.colour }));
}

function describe(panels: readonly FigurePanel[]): string {
  const ends = panels.map(
    ({ latent, test }) => `Nz ${latent}: test bound ${test.elbo.toFixed(1)} after ${test.samples} samples`,
  );
  return `The lower bound in nats per datapoint over training samples evaluated, ours beside the paper's. ${ends.join('; ')}.`;
}
