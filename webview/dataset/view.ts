import type { DatasetReview } from '../../src/protocol/dataset-review';
import type { ReportLine } from '../../src/domain/report-line';
import { element, setAttributes, setText } from '../shared/element';
import { ErrorLine } from '../shared/error-line';
import { count, duration } from '../shared/format';
import { t } from '../shared/l10n';
import { displayWidth, pictureCanvas } from '../shared/pictures';
import { busy, button } from '../shared/toolkit';

/** Side of an example in CSS pixels, about. */
const EXAMPLE_PIXELS = 128;

/** The report on a dataset: warnings first, examples as the model sees them, everything else as a table; and the decision. */
export class DatasetView {
  readonly element: HTMLElement;
  private readonly title = element('h1');
  private readonly waiting = busy(t('Reading the images…'));
  private readonly problem = new ErrorLine();
  private readonly plan = element('p', { class: 'plan' });
  private readonly warnings = element('ul', { class: 'warnings', 'aria-label': t('Warnings') });
  private readonly examples = element('figure', { class: 'examples' });
  private readonly table = element('table', { class: 'report' });
  private readonly train;

  constructor(actions: { train(): void; cancel(): void }) {
    this.train = button({ label: t('Train'), primary: true, onClick: () => actions.train() });
    this.element = element(
      'main',
      { class: 'dataset' },
      this.title,
      this.waiting,
      this.problem.element,
      this.warnings,
      this.plan,
      this.examples,
      this.table,
      element('footer', {}, this.train, button({ label: t('Cancel'), onClick: () => actions.cancel() })),
    );
  }

  show(review: DatasetReview): void {
    const { name, preset, report, problem } = review;
    setText(this.title, name);
    this.problem.say(problem);
    setAttributes(this.waiting, { hidden: report !== null || problem !== '' });
    setAttributes(this.train, { disabled: problem !== '' });
    setText(this.train, t('Train with the Preset {0}', preset));
    const lines = report?.lines ?? [];
    const warnings = lines.filter(({ level }) => level === 'warning');
    this.warnings.replaceChildren(
      ...warnings.map(({ title, text }) => element('li', {}, element('strong', {}, title), ` ${text}`)),
    );
    setAttributes(this.warnings, { hidden: warnings.length === 0 });
    this.showExamples(report);
    setText(this.plan, planText(review));
    setAttributes(this.plan, { hidden: report === null });
    this.table.replaceChildren(
      element('tbody', {}, ...lines.filter((line) => !warnings.includes(line)).map(row)),
    );
    // The warnings above stay in view.
    this.train.focus({ preventScroll: true });
  }

  fail(message: string): void {
    this.problem.say(message);
  }

  private showExamples(report: DatasetReview['report']): void {
    setAttributes(this.examples, { hidden: report === null || report.examples.count === 0 });
    if (report === null) return;
    const { examples } = report;
    const width = displayWidth(examples, EXAMPLE_PIXELS);
    const canvases = Array.from({ length: examples.count }, (_, i) => {
      const canvas = pictureCanvas(examples, i, t('Example {0}', i + 1));
      canvas.style.width = `${width}px`;
      return canvas;
    });
    const caption = t('As the model will see them: {0} × {1} pixels', examples.width, examples.height);
    this.examples.replaceChildren(
      element('div', { class: 'example-row' }, ...canvases),
      element('figcaption', { class: 'quiet' }, caption),
    );
  }
}

function row({ title, text }: ReportLine): HTMLElement {
  return element('tr', {}, element('th', { scope: 'row' }, title), element('td', {}, text));
}

/** Says what would be trained: preset, size, likelihood and, once it is measured, the time. */
function planText({ preset, report, seconds }: DatasetReview): string {
  if (report === null) return '';
  const { plan, examples } = report;
  const colours = examples.channels === 3 ? t('colour') : t('grey');
  const what = t(
    'Preset {0}: {1} × {2} pixels, {3}; {4}; {5} latent dimensions; {6}.',
    preset,
    examples.width,
    examples.height,
    colours,
    fitText(plan.fit),
    plan.latent,
    likelihoodText(plan.likelihood),
  );
  const samples = count(plan.samples);
  if (seconds === null) return `${what} ${t('{0} samples.', samples)}`;
  const time = duration(seconds);
  return plan.patience > 0
    ? `${what} ${t('At most about {0} on this machine, for {1} samples; it ends earlier once the bound has settled.', time, samples)}`
    : `${what} ${t('About {0} on this machine, for {1} samples.', time, samples)}`;
}

function fitText(fit: string): string {
  if (fit === 'pad') return t('images of another shape are padded');
  return fit === 'stretch'
    ? t('images of another shape are stretched')
    : t('images of another shape are cropped');
}

function likelihoodText(likelihood: string): string {
  switch (likelihood) {
    case 'bernoulli':
      return t('Bernoulli likelihood');
    case 'continuous-bernoulli':
      return t('continuous Bernoulli likelihood');
    case 'gaussian':
      return t('Gaussian likelihood');
    case 'discretized-logistic':
      return t('discretized logistic likelihood');
    default:
      return likelihood;
  }
}
