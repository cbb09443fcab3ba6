import { LAYOUT_BOUNDS, USUAL_LAYOUT } from '../../../src/protocol/layout';
import type { LayoutParameters, LayoutProgress, MapLayout } from '../../../src/protocol/layout';
import type { MapSet } from '../../../src/protocol/map';
import { element, setAttributes, setText } from '../../shared/element';
import { count } from '../../shared/format';
import { t } from '../../shared/l10n';
import { button } from '../../shared/toolkit';
import { ErrorLine } from '../../shared/error-line';
import type { MapModel } from '../data/map-model';

/** Number of images above which the user can limit how many are laid out. */
const SUBSET_THRESHOLD = 10_000;

interface Field {
  readonly name: keyof LayoutParameters;
  readonly label: string;
  readonly step: number;
  readonly title: string;
}

const FIELDS: readonly Field[] = [
  {
    name: 'neighbours',
    label: t('Neighbours'),
    step: 1,
    title: t('Higher values show global structure, lower values local structure'),
  },
  { name: 'minDist', label: t('Min. distance'), step: 0.05, title: t('The minimum distance between images') },
  { name: 'seed', label: t('Seed'), step: 1, title: t('The same seed gives the same layout') },
  {
    name: 'most',
    label: t('Images at most'),
    step: 1,
    title: t('The others are placed among their nearest neighbours in this sample'),
  },
];

/** Parameters of UMAP, the progress of a layout, and a description of the layout shown. */
export class LayoutPanel {
  readonly element: HTMLElement;
  private readonly said = element('p', { class: 'quiet' });
  private readonly trouble = new ErrorLine();
  private readonly inputs = new Map<keyof LayoutParameters, HTMLInputElement>();
  private readonly make = button({ label: '', onClick: () => this.map.layOut(this.wanted()) });
  private readonly form: HTMLElement;
  private readonly job: HTMLElement;
  private readonly progress = element('progress', { 'aria-label': t('UMAP') });
  private readonly progressText = element('span', { class: 'quiet' });
  private set: MapSet | null = null;
  /** Id of the layout whose parameters were last written into the fields. */
  private filled: string | undefined;

  constructor(private readonly map: MapModel) {
    const fields = FIELDS.map(({ name, label, step, title }) => {
      const [min, max] = LAYOUT_BOUNDS[name];
      const input = element('input', { type: 'number', class: 'seed', min, max, step, title });
      this.inputs.set(name, input);
      return element('label', { class: 'select', 'data-field': name }, label, input);
    });
    this.form = element('div', { class: 'map-job' }, ...fields, this.make);
    this.job = element(
      'div',
      { class: 'map-job' },
      this.progress,
      this.progressText,
      button({ label: t('Cancel'), onClick: () => map.cancelLayout() }),
    );
    this.element = element(
      'div',
      { class: 'map-layout', role: 'region', 'aria-label': 'UMAP', hidden: true },
      this.form,
      this.job,
      this.trouble.element,
      this.said,
    );
    map.on(() => this.showControls());
  }

  /** Shows the panel for a set of images. @param chosen whether the axes are those of UMAP */
  show(set: MapSet, chosen: boolean): void {
    this.set = set;
    setAttributes(this.element, { hidden: !chosen });
    this.showControls();
  }

  private showControls(): void {
    const set = this.set;
    const layout = this.map.state?.layout;
    if (set === null || this.element.hidden || layout === undefined) return;
    const { saved, job } = layout;
    this.fill(saved, set.count);
    setAttributes(this.form, { hidden: job !== null });
    setAttributes(this.job, { hidden: job === null });
    if (job !== null) {
      setAttributes(this.progress, { max: Math.max(1, job.total), value: job.done });
      setText(this.progressText, progressText(job));
    }
    setText(this.make, set.layout === null ? t('Lay Out') : t('Lay Out Again'));
    setAttributes(this.make, { appearance: set.layout === null ? 'primary' : 'secondary' });
    setAttributes(this.form.querySelector('[data-field=most]')!, { hidden: set.count <= SUBSET_THRESHOLD });
    this.trouble.say(this.map.layoutTrouble || layout.error);
    setText(this.said, set.layout === null ? missingText(saved) : shownText(set, set.layout));
  }

  /** Fills in a saved layout's parameters, so that one click repeats it. */
  private fill(saved: MapLayout | null, images: number): void {
    const of = saved?.id ?? '';
    if (of === this.filled) return;
    this.filled = of;
    const usual = { ...USUAL_LAYOUT, neighbours: Math.min(USUAL_LAYOUT.neighbours, images) };
    for (const [name, input] of this.inputs) input.value = String((saved ?? usual)[name]);
  }

  /** Returns the values of the fields; empty fields get the default. */
  private wanted(): LayoutParameters {
    const numbers = FIELDS.map(({ name }) => {
      const { value, valueAsNumber } = this.inputs.get(name)!;
      return [name, value === '' ? USUAL_LAYOUT[name] : valueAsNumber] as const;
    });
    return { ...USUAL_LAYOUT, ...Object.fromEntries(numbers) };
  }
}

function progressText({ stage, done, total }: LayoutProgress): string {
  const words = {
    neighbours: t('Finding neighbours {0} / {1}', count(done), count(total)),
    layout: t('Laying out, epoch {0} / {1}', count(done), count(total)),
    rest: t('Placing the other images {0} / {1}', count(done), count(total)),
  };
  return words[stage];
}

function missingText(saved: MapLayout | null): string {
  const meanwhile = t('Until then, the points stay where they are.');
  if (saved === null) return `${t('UMAP has not laid out these images yet.')} ${meanwhile}`;
  const old = t('This layout was made from the images as encoded at step {0}.', count(saved.step));
  return `${old} ${meanwhile}`;
}

function shownText({ count: images, step }: MapSet, layout: MapLayout): string {
  const { neighbours, minDist, seed, epochs, fitted } = layout;
  const made = t(
    'UMAP of the posterior means at step {0}: {1} neighbours, min. distance {2}, seed {3}, {4} epochs.',
    count(step),
    neighbours,
    minDist,
    seed,
    epochs,
  );
  const rest =
    fitted === images
      ? ''
      : ` ${t('{0} of {1} images were laid out; the others are placed among their nearest neighbours in that sample.', count(fitted), count(images))}`;
  return `${made}${rest} ${t('Nearby images are similar. Distances between distant groups, and the sizes of groups, mean little.')}`;
}
