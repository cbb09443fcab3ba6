import { element, setAttributes } from '../element';
import type { Curves } from '../metric-history';
import { observeTheme, readTheme } from '../theme';
import { LinePanel } from './line-panel';
import type { Line, PanelData } from './line-panel';
import { pointAfterKey } from './point-keys';
import { boundRange, rangeWith } from './y-range';
import type { Reference } from './reference';

export interface ChartOptions {
  readonly logAxis: boolean;
  readonly fullRange: boolean;
  readonly reconstruction: boolean;
  readonly kl: boolean;
}

/** Reference curves and marks behind the bound's curves. */
export interface Background {
  readonly references: readonly Reference[];
  /** Sample count up to which the x axis extends at least; 0 ends it with the curves. */
  readonly until: number;
  /** Sample count marked by a vertical line; null for none. */
  readonly mark: number | null;
}

/** Share of the height that the panel of the KL takes, and the least height of a panel in CSS pixels. */
const KL_SHARE = 0.3;
const MIN_PANEL_HEIGHT = 90;

const NOTHING: Background = { references: [], until: 0, mark: null };

/** Fraction of the x axis that the y range ignores; a logarithmic axis gives more room to the start. */
const LINEAR_TAIL = 0.1;
const LOG_TAIL = 0.45;

/**
 * Plots the bound over samples evaluated, and the KL term in a panel below, since its scale differs. The style sheet gives
 * `element` its height, which the panels fill. `onCursor` receives the step under the cursor, or null.
 */
export class BoundChart {
  readonly element: HTMLElement;
  private panels: LinePanel[] = [];
  private curves: Curves | undefined;
  private options: ChartOptions | undefined;
  private background = NOTHING;
  /** Index of the first row drawn: a logarithmic axis cannot show 0 samples. */
  private offset = 0;
  private cursor: number | null = null;
  private readonly unobserve: () => void;
  private readonly resizes = new ResizeObserver(() => this.fit());

  constructor(private readonly onCursor: (step: number | null, byKeyboard: boolean) => void) {
    this.element = element('div', { class: 'chart', tabindex: 0, role: 'img' });
    this.element.addEventListener('keydown', (event) => this.key(event));
    this.element.addEventListener('blur', () => this.move(null, true));
    this.unobserve = observeTheme(() => this.rebuild());
    this.resizes.observe(this.element);
  }

  dispose(): void {
    this.unobserve();
    this.resizes.disconnect();
    for (const panel of this.panels.splice(0)) panel.destroy();
  }

  /** @param label of the whole chart, for screen readers */
  describe(label: string): void {
    setAttributes(this.element, { 'aria-label': label });
  }

  show(curves: Curves, options: ChartOptions, background: Partial<Background>): void {
    const sameOptions = this.options !== undefined && this.options.logAxis === options.logAxis;
    this.curves = curves;
    // Copied, so that later changes of the caller's state do not affect the comparison.
    this.options = { ...options };
    this.background = { ...NOTHING, ...background };
    const data = this.data();
    const kept =
      sameOptions &&
      data.length === this.panels.length &&
      data.every((panel, i) => this.panels[i]!.show(panel));
    if (!kept) this.rebuild();
  }

  private rebuild(): void {
    for (const panel of this.panels) panel.destroy();
    this.panels = [];
    if (this.curves === undefined || this.options === undefined) return;
    const theme = readTheme();
    const log = this.options.logAxis;
    const panels = this.data();
    const heights = this.heights(panels.length);
    this.panels = panels.map(
      (data, i, all) =>
        new LinePanel(data, {
          parent: this.element,
          log,
          height: heights[i]!,
          xAxis: i === all.length - 1,
          title: i === 0 ? undefined : 'KL',
          theme,
          onCursor: (index) => this.hover(index, i),
        }),
    );
  }

  private fit(): void {
    const heights = this.heights(this.panels.length);
    this.panels.forEach((panel, i) => panel.resize(this.element.clientWidth, heights[i]));
  }

  /** Heights of the panels that fill the element, in CSS pixels. */
  private heights(panels: number): number[] {
    const whole = this.element.clientHeight;
    const below = panels < 2 ? 0 : Math.max(MIN_PANEL_HEIGHT, Math.round(whole * KL_SHARE));
    const above = Math.max(MIN_PANEL_HEIGHT, whole - below);
    return panels < 2 ? [above] : [above, below];
  }

  private data(): PanelData[] {
    const curves = this.curves!;
    const { logAxis, fullRange, reconstruction, kl } = this.options!;
    const first = logAxis ? curves.samples.findIndex((samples) => samples > 0) : 0;
    this.offset = first < 0 ? curves.samples.length : first;
    const from = <T>(values: readonly T[]): readonly T[] =>
      this.offset === 0 ? values : values.slice(this.offset);
    const samples = from(curves.samples);
    const lines = (quantity: 'elbo' | 'reconstruction' | 'kl', dashed: boolean): Line[] =>
      (['train', 'validation'] as const).map((split) => ({
        values: from(curves[split][quantity]),
        split,
        dashed,
      }));
    const { until, mark } = this.background;
    const axis = [samples[0] ?? 1, Math.max(samples.at(-1) ?? 1, until)] as const;
    const panel = (
      shown: readonly Line[],
      full: boolean,
      references: readonly Reference[] = [],
    ): PanelData => {
      const skipped = full ? 0 : logAxis ? LOG_TAIL : LINEAR_TAIL;
      const values = shown.map((line) => line.values);
      const own = boundRange(samples, values, skipped, logAxis);
      const range = rangeWith(own, references, axis, skipped, logAxis);
      return { samples, lines: shown, range, references, until, mark };
    };
    const bounds = [...lines('elbo', false), ...(reconstruction ? lines('reconstruction', true) : [])];
    return [
      panel(bounds, fullRange, this.background.references),
      ...(kl ? [panel(lines('kl', false), true)] : []),
    ];
  }

  private hover(index: number | null, source: number): void {
    // A panel that is resized says again where its cursor is.
    if (index === this.cursor) return;
    this.panels.forEach((panel, i) => {
      if (i !== source) panel.point(index);
    });
    this.cursor = index;
    this.report(false);
  }

  private move(index: number | null, byKeyboard: boolean): void {
    for (const panel of this.panels) panel.point(index);
    this.cursor = index;
    this.report(byKeyboard);
  }

  private report(byKeyboard: boolean): void {
    const step = this.cursor === null ? undefined : this.curves?.steps[this.cursor + this.offset];
    this.onCursor(step ?? null, byKeyboard);
  }

  private key(event: KeyboardEvent): void {
    const points = (this.curves?.samples.length ?? 0) - this.offset;
    const panel = this.panels[0];
    if (points <= 0 || panel === undefined) return;
    const target = pointAfterKey(event, panel, this.cursor, points);
    if (target === undefined) return;
    event.preventDefault();
    this.move(target, true);
  }
}
