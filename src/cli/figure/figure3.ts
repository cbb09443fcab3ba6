import type { PaperCurve } from '../../paper/curve';
import type { PaperMethod, PaperSplit } from '../../paper/figure2';
import { FIGURE_3_METHODS, figure3Curve } from '../../paper/figure3';
import { formatCount } from '../../text/format-count';
import { dots, strokes } from './curves';
import type { Drawing, PlotMark } from './drawing';
import { widened } from './frame';
import type { PlotFrame } from './frame';
import { METHOD_NAMES, ourStyle, paperStyle } from './legend';
import type { Entry } from './legend';
import { sideBySide } from './panels';
import type { Plot } from './plot';

/** Measurements of one algorithm in one panel: the estimated marginal log-likelihood of each split, in nats per datapoint. */
interface LikelihoodRun {
  readonly method: PaperMethod;
  readonly train: PaperCurve;
  readonly test: PaperCurve;
}

export interface LikelihoodPanel {
  /** Number of training images. */
  readonly trainSize: number;
  readonly runs: readonly LikelihoodRun[];
}

const SPLITS = ['train', 'test'] as const satisfies readonly PaperSplit[];
/** Axis ranges of the paper's figure, whose sample axis is linear, unlike ours. */
const FRAME: PlotFrame = { samples: [1e5, 6.8e7], bounds: [-160, -100] };

/** Draws the paper's Figure 3 with our curves added: one panel for each number of training images, side by side. */
export function figure3(panels: readonly LikelihoodPanel[], title: string): Drawing {
  const ends = panels.flatMap(({ runs }) =>
    runs.flatMap((run) =>
      SPLITS.map((split) => ({ samples: run[split].samples.at(-1)!, bound: run[split].bounds.at(-1)! })),
    ),
  );
  return sideBySide({
    title,
    description: describe(panels),
    label: 'marginal log-likelihood, nats per datapoint',
    frame: widened(FRAME, ends),
    panels: panels.map(({ trainSize, runs }) => ({
      title: `${formatCount(trainSize)} training images`,
      marks: (plot) => [...paperCurves(plot, trainSize), ...runs.flatMap((run) => ourCurves(plot, run))],
    })),
    entries: entriesOf(panels),
  });
}

function paperCurves(plot: Plot, trainSize: number): PlotMark[] {
  return [...FIGURE_3_METHODS]
    .reverse()
    .flatMap((method) =>
      SPLITS.flatMap((split) =>
        strokes(plot, figure3Curve(trainSize, split, method), paperStyle(method, split)),
      ),
    );
}

function ourCurves(plot: Plot, run: LikelihoodRun): PlotMark[] {
  return SPLITS.flatMap((split) => {
    const style = ourStyle(run.method, split);
    return [...strokes(plot, run[split], style), ...dots(plot, run[split], style.colour)];
  });
}

/** Returns the rows of the legend: our curves, then the paper's. */
function entriesOf(panels: readonly LikelihoodPanel[]): Entry[][] {
  const ours = FIGURE_3_METHODS.filter((method) =>
    panels.some(({ runs }) => runs.some((run) => run.method === method)),
  );
  const words = { test: 'test', train: 'training' };
  return [
    ours.flatMap((method) =>
      (['test', 'train'] as const).map((split): Entry => [
        `${METHOD_NAMES[method]}, ${words[split]} (ours)`,
        ourStyle(method, split),
      ]),
    ),
    ...(['test', 'train'] as const).map((split) =>
      FIGURE_3_METHODS.map((method): Entry => [
        `${METHOD_NAMES[method]}, ${words[split]} (paper)`,
        paperStyle(method, split),
      ]),
    ),
  ];
}

function describe(panels: readonly LikelihoodPanel[]): string {
  const ends = panels.flatMap(({ trainSize, runs }) =>
    runs.map(
      ({ method, test }) =>
        `${formatCount(trainSize)} training images, ${METHOD_NAMES[method]}: test ${test.bounds.at(-1)!.toFixed(1)} after ${test.samples.at(-1)} samples`,
    ),
  );
  return `The estimated marginal log-likelihood in nats per datapoint over training samples evaluated, ours beside the paper's. ${ends.join('; ')}.`;
}
