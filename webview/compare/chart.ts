import { LinePanel } from '../shared/charts/line-panel';
import type { Line, PanelData } from '../shared/charts/line-panel';
import { pointAfterKey } from '../shared/charts/point-keys';
import { boundRange } from '../shared/charts/y-range';
import { element, setAttributes } from '../shared/element';
import { rowAt } from '../shared/metric-history';
import type { MetricHistory } from '../shared/metric-history';
import { observeTheme, readTheme } from '../shared/theme';

/** The curves of a run and their colour. */
export interface RunCurves {
  readonly history: MetricHistory;
  readonly colour: string;
}

export interface CompareChartOptions {
  readonly logAxis: boolean;
  readonly training: boolean;
}

/** Fraction of the x axis that the y range ignores, as in the chart of a single run. */
const LINEAR_TAIL = 0.1;
const LOG_TAIL = 0.45;

/** Plots the bounds of several runs over samples: validation solid with marks, training dashed. */
export class CompareChart {
  readonly element = element('div', { class: 'chart', tabindex: 0, role: 'img' });
  private panel: LinePanel | undefined;
  private curves: readonly RunCurves[] = [];
  private options: CompareChartOptions = { logAxis: true, training: true };
  private drawnLog: boolean | undefined;
  private samples: readonly number[] = [];
  private cursor: number | null = null;
  private readonly unobserve: () => void;
  private readonly resizes = new ResizeObserver(() => this.panel?.resize(this.element.clientWidth));

  /** @param onCursor receives the sample count under the cursor, or null */
  constructor(private readonly onCursor: (samples: number | null, byKeyboard: boolean) => void) {
    this.element.addEventListener('keydown', (event) => {
      if (this.panel === undefined || this.samples.length === 0) return;
      const target = pointAfterKey(event, this.panel, this.cursor, this.samples.length);
      if (target === undefined) return;
      event.preventDefault();
      this.panel.point(target);
      this.move(target, true);
    });
    this.element.addEventListener('blur', () => {
      this.panel?.point(null);
      this.move(null, true);
    });
    this.unobserve = observeTheme(() => this.rebuild());
    this.resizes.observe(this.element);
  }

  dispose(): void {
    this.unobserve();
    this.resizes.disconnect();
    this.panel?.destroy();
    this.panel = undefined;
  }

  /** @param label of the whole chart, for screen readers */
  describe(label: string): void {
    setAttributes(this.element, { 'aria-label': label });
  }

  show(curves: readonly RunCurves[], options: CompareChartOptions): void {
    this.curves = curves;
    this.options = { ...options };
    const data = this.data();
    if (this.drawnLog === options.logAxis && this.panel?.show(data) === true) return;
    this.rebuild();
  }

  private rebuild(): void {
    this.panel?.destroy();
    const { logAxis } = this.options;
    this.drawnLog = logAxis;
    this.panel = new LinePanel(this.data(), {
      parent: this.element,
      ...{ log: logAxis, height: 300, xAxis: true, theme: readTheme() },
      onCursor: (index) => this.move(index, false),
    });
  }

  private data(): PanelData {
    const { logAxis, training } = this.options;
    const every = this.curves.flatMap(({ history }) => [...history.train, ...history.validation]);
    const samples = [...new Set(every.map((row) => row.samples))]
      .filter((at) => at > 0)
      .sort((a, b) => a - b);
    this.samples = samples;
    const place = new Map(samples.map((at, i) => [at, i]));
    const lines = this.curves.flatMap(({ history, colour }) =>
      (training ? (['train', 'validation'] as const) : (['validation'] as const)).map((split): Line => {
        const values = new Array<number | null>(samples.length).fill(null);
        for (const row of history[split]) {
          const at = place.get(row.samples);
          if (at !== undefined && Number.isFinite(row.elbo)) values[at] = row.elbo;
        }
        return { values, split, colour, dashed: split === 'train' };
      }),
    );
    const skipped = logAxis ? LOG_TAIL : LINEAR_TAIL;
    const range = boundRange(
      samples,
      lines.map(({ values }) => values),
      skipped,
      logAxis,
    );
    return { samples, lines, range, references: [], until: 0 };
  }

  private move(index: number | null, byKeyboard: boolean): void {
    this.cursor = index;
    this.onCursor(index === null ? null : (this.samples[index] ?? null), byKeyboard);
  }
}

/** Returns the bounds at `samples`, or the newest for null; `beyond` means that the run ended earlier. */
export function boundsAt({ train, validation }: MetricHistory, samples: number | null) {
  const last = Math.max(train.at(-1)?.samples ?? 0, validation.at(-1)?.samples ?? 0);
  const at = samples ?? last;
  return {
    beyond: at > last,
    train: rowAt(train, at, 'samples')?.elbo,
    validation: rowAt(validation, at, 'samples')?.elbo,
  };
}
