import { paperPanel } from '../../src/paper/setting';
import type { PaperPanel } from '../../src/paper/setting';
import { BoundChart } from '../shared/charts/bound-chart';
import { PaperNote, paperReferences, paperVerdict } from '../shared/charts/paper-note';
import { ReadOut } from '../shared/charts/read-out';
import { ValidationTable } from '../shared/charts/validation-table';
import { element, setAttributes } from '../shared/element';
import { count, nats } from '../shared/format';
import type { ViewState } from '../shared/view-state';
import { button, checkbox } from '../shared/toolkit';
import { rowAt } from '../shared/metric-history';
import type { TrainingMoment } from '../shared/metric-history';
import type { RunSession } from '../shared/run-session';
import type { Choices } from '../shared/choices';
import { t } from '../shared/l10n';

/** The section with the live curve: switches, chart, read-out and table. */
export class CurveSection {
  readonly element: HTMLElement;
  private readonly chart = new BoundChart((step, byKeyboard) => this.setCursor(step, byKeyboard));
  private readonly readOut: ReadOut;
  private readonly table: ValidationTable;
  private readonly note = new PaperNote();
  private readonly paperBox: HTMLElement;
  /** Says that earlier rows of a very long file are not shown, and offers them. */
  private readonly partNote: HTMLElement;
  private step: number | null = null;
  private currentMark: TrainingMoment | null = null;
  private frame = 0;

  constructor(
    private readonly model: RunSession,
    private readonly state: ViewState<Choices>,
  ) {
    const change = (patch: Partial<Choices>): void => {
      state.update(patch);
      this.show();
    };
    const { value } = state;
    this.readOut = new ReadOut({
      reconstruction: value.reconstruction,
      kl: value.kl,
      onReconstruction: (reconstruction) => change({ reconstruction }),
      onKl: (kl) => change({ kl }),
    });
    this.table = new ValidationTable(value.tableOpen, (tableOpen) => state.update({ tableOpen }));
    this.paperBox = checkbox(t('Paper (Figure 2)'), value.paper, (paper) => change({ paper }));
    this.partNote = element(
      'p',
      { class: 'quiet', hidden: true },
      t('Only the end of a very long curve is shown.'),
      ' ',
      button({ label: t('Show Whole Curve'), onClick: () => model.pullWholeCurve() }),
    );
    this.element = element(
      'section',
      { class: 'curve', hidden: true, 'aria-label': t('Lower bound') },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Lower bound')),
        element('span', { class: 'quiet' }, t('nats per datapoint over samples evaluated')),
        element(
          'div',
          { class: 'switches' },
          checkbox(t('Log axis'), value.logAxis, (logAxis) => change({ logAxis })),
          checkbox(t('Full range'), value.fullRange, (fullRange) => change({ fullRange })),
          this.paperBox,
        ),
      ),
      this.partNote,
      this.chart.element,
      this.note.element,
      this.readOut.element,
      this.table.element,
    );
  }

  /** Redraws in the next animation frame; repeated calls are coalesced. */
  show(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      const { history } = this.model;
      const empty = history.lastStep < 0;
      setAttributes(this.element, { hidden: empty });
      if (empty) return;
      const paper = this.paper();
      const until = this.model.run?.live?.totalSamples ?? 0;
      const behind = paper === null ? {} : { references: paperReferences(paper), until };
      const mark = this.currentMark?.samples ?? null;
      setAttributes(this.partNote, { hidden: this.model.isWholeCurve });
      setAttributes(this.paperBox, { hidden: this.panel() === null });
      this.chart.show(history.curves, this.state.value, { ...behind, mark });
      this.note.show(this.verdict(this.step), false);
      this.readOut.show(history, this.place, false);
      this.table.show(history.validation);
      setAttributes(this.chart.element, { 'aria-label': this.summary() });
    });
  }

  /** Marks a step on the chart and in the read-out; null removes the mark. */
  mark(mark: TrainingMoment | null): void {
    this.currentMark = mark;
    this.show();
  }

  /** The step under the cursor, or else the marked step. */
  private get place(): number | null {
    return this.step ?? this.currentMark?.step ?? null;
  }

  private setCursor(step: number | null, byKeyboard: boolean): void {
    this.step = step;
    this.readOut.show(this.model.history, this.place, byKeyboard);
    this.note.show(this.verdict(step), byKeyboard);
  }

  /** Returns the panel of the paper's figure that this run reproduces, or null. */
  private panel(): PaperPanel | null {
    return this.model.run == null ? null : paperPanel(this.model.run);
  }

  /** Returns that panel if the paper's curves are switched on. */
  private paper(): PaperPanel | null {
    return this.state.value.paper ? this.panel() : null;
  }

  /** Compares the run with the paper at `step`, or at the newest validation for null. */
  private verdict(step: number | null): string | null {
    const paper = this.paper();
    const { history } = this.model;
    return paper === null ? null : paperVerdict(paper, rowAt(history.validation, step ?? history.lastStep));
  }

  private summary(): string {
    const { history } = this.model;
    const train = history.train.at(-1);
    const validation = history.validation.at(-1);
    if (train === undefined && validation === undefined) return t('Curve of the lower bound, no values yet');
    const at = count((validation ?? train)!.samples);
    const verdict = this.verdict(null);
    return t(
      'Curve of the lower bound. Newest at {0} samples: validation {1}, training {2} nats. {3} Arrow keys move along it.',
      at,
      nats(validation?.elbo),
      nats(train?.elbo),
      verdict ?? '',
    );
  }
}
