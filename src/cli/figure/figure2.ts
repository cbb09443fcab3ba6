import { paperCurve } from '../../paper/curve';
import type { PaperCurve } from '../../paper/curve';
import { FIGURE_2_SAMPLES, PAPER_METHODS } from '../../paper/figure2';
import type { PaperLatent, PaperMethod } from '../../paper/figure2';
import { dots, strokes } from './curves';
import type { Drawing, PlotMark } from './drawing';
import { widened } from './frame';
import type { PlotFrame } from './frame';
import { METHOD_NAMES, ourStyle, paperStyle, TEST } from './legend';
import type { Entry } from './legend';
import { sideBySide } from './panels';
import { placeOf } from './plot';
import type { Plot } from './plot';

/** Measurements of one algorithm in one panel, in nats per datapoint. */
export interface FigureRun {
  readonly method: PaperMethod;
  readonly validation: PaperCurve;
  readonly training: PaperCurve;
  /** Bound of the test split after all samples, with one standard error over its images. */
  readonly test: { readonly samples: number; readonly elbo: number; readonly standardError: number };
}

export interface FigurePanel {
  readonly latent: PaperLatent;
  readonly runs: readonly FigureRun[];
}

/** Maximum number of validations for which each point is marked. */
const MAX_MARKED = 5;
/** Axis ranges of the paper's figure. */
const FRAME: PlotFrame = { samples: [1e5, FIGURE_2_SAMPLES.at(-1)!], bounds: [-150, -95] };

/** Draws the paper's Figure 2 with our curves added: one panel for each Nz, side by side. */
export function figure2(panels: readonly FigurePanel[], title: string): Drawing {
  return sideBySide({
    title,
    description: describe(panels),
    label: 'lower bound, nats per datapoint',
    frame: widened(
      FRAME,
      panels.flatMap(({ runs }) => runs.map(({ test }) => ({ samples: test.samples, bound: test.elbo }))),
    ),
    panels: panels.map(({ latent, runs }) => ({
      title: `Nz = ${latent}`,
      marks: (plot) => [...paperCurves(plot, latent), ...runs.flatMap((run) => ourCurves(plot, run))],
    })),
    entries: entriesOf(panels),
  });
}

/** Draws AEVB last, so that it lies on top. */
function paperCurves(plot: Plot, latent: PaperLatent): PlotMark[] {
  return [...PAPER_METHODS]
    .reverse()
    .flatMap((method) =>
      (['train', 'test'] as const).flatMap((split) =>
        strokes(plot, paperCurve(latent, split, method), paperStyle(method, split)),
      ),
    );
}

function ourCurves(plot: Plot, { method, validation, training, test }: FigureRun): PlotMark[] {
  const style = ourStyle(method, 'test');
  const marks = [
    ...strokes(plot, training, ourStyle(method, 'train')),
    ...strokes(plot, validation, style),
    ...(validation.samples.length <= MAX_MARKED ? dots(plot, validation, style.colour) : []),
  ];
  if (!Number.isFinite(test.elbo)) return marks;
  const bar = [test.elbo - test.standardError, test.elbo + test.standardError].map((bound) =>
    placeOf(plot, test.samples, bound),
  );
  const dot: PlotMark = { kind: 'dot', at: placeOf(plot, test.samples, test.elbo), ...TEST };
  return [...marks, { kind: 'stroke', points: bar, colour: TEST.colour, width: 1.2 }, dot];
}

/** Returns the rows of the legend: test and validation curves, training curves, and the final test bound. */
function entriesOf(panels: readonly FigurePanel[]): Entry[][] {
  const ours = PAPER_METHODS.filter((method) =>
    panels.some(({ runs }) => runs.some((run) => run.method === method)),
  );
  const row = (split: 'train' | 'test', own: string, paper: string): Entry[] => [
    ...ours.map((method): Entry => [`${METHOD_NAMES[method]}, ${own} (ours)`, ourStyle(method, split)]),
    ...PAPER_METHODS.map((method): Entry => [
      `${METHOD_NAMES[method]}, ${paper} (paper)`,
      paperStyle(method, split),
    ]),
  ];
  return [
    row('test', 'validation', 'test'),
    row('train', 'training', 'training'),
    [['test, at the end (ours)', null]],
  ];
}

function describe(panels: readonly FigurePanel[]): string {
  const ends = panels.flatMap(({ latent, runs }) =>
    runs.map(
      ({ method, test }) =>
        `Nz ${latent}, ${METHOD_NAMES[method]}: test bound ${test.elbo.toFixed(1)} after ${test.samples} samples`,
    ),
  );
  return `The lower bound in nats per datapoint over training samples evaluated, ours beside the paper's. ${ends.join('; ')}.`;
}
