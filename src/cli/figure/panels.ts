import type { Drawing, PlotMark, Point } from './drawing';
import { legend } from './legend';
import type { Entry } from './legend';
import { axes } from './plot';
import type { Plot } from './plot';

/** One of several plots drawn side by side. */
interface Panel {
  readonly title: string;
  /** Draws the content of the frame. */
  readonly marks: (plot: Plot) => readonly PlotMark[];
}

export interface Panels {
  readonly title: string;
  readonly description: string;
  /** Label of the vertical axis. */
  readonly label: string;
  /** Axis ranges shared by all panels, so that they can be compared. */
  readonly frame: Pick<Plot, 'samples' | 'bounds'>;
  readonly panels: readonly Panel[];
  /** Rows of the legend. */
  readonly entries: readonly (readonly Entry[])[];
}

const INK = '#222222';
const HEIGHT = 250;
const MARGIN = { left: 66, top: 68, right: 18, bottom: 46 };
const GAP = 18;
/** Maximum width of all panels together, and of one panel. */
const WIDTH = { all: 1052, one: 420 };

/** Draws plots against training samples side by side, with one legend below. */
export function sideBySide({ title, description, label, frame, panels, entries }: Panels): Drawing {
  const count = panels.length;
  const across = Math.min(WIDTH.one, (WIDTH.all - (count - 1) * GAP) / count);
  const right = MARGIN.left + count * across + (count - 1) * GAP;
  const bottom = MARGIN.top + HEIGHT;
  const key = legend(entries, [MARGIN.left, bottom + 60], right - MARGIN.left);
  const drawn = panels.flatMap((panel, i): PlotMark[] => {
    const left = MARGIN.left + i * (across + GAP);
    const plot: Plot = { ...frame, left, top: MARGIN.top, width: across, height: HEIGHT };
    const heading = text(panel.title, [left + across / 2, MARGIN.top - 9], 13, 'middle');
    return [heading, ...axes(plot, i === 0), ...panel.marks(plot)];
  });
  const marks: PlotMark[] = [
    text(title, [MARGIN.left, 26], 15, 'start'),
    ...drawn,
    { ...text(label, [16, MARGIN.top + HEIGHT / 2], 12, 'middle'), upright: true },
    text('training samples evaluated', [(MARGIN.left + right) / 2, bottom + 36], 12, 'middle'),
    ...key.marks,
  ];
  return {
    width: right + MARGIN.right,
    height: bottom + MARGIN.bottom + key.height,
    title,
    description,
    marks,
  };
}

function text(content: string, at: Point, size: number, anchor: 'start' | 'middle') {
  return { kind: 'text' as const, at, text: content, size, colour: INK, anchor };
}
