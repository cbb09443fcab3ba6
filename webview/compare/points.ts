import type { ComparedPoints } from '../../src/protocol/schemas/compare';
import { gridCursor } from '../shared/charts/cursor';
import { element, setAttributes, setText } from '../shared/element';
import { coordinate } from '../shared/format';
import { paint, paintMosaic } from '../shared/pictures';
import { Select } from '../shared/select';
import { button, radioGroup } from '../shared/toolkit';
import { whenVisible } from '../shared/when-visible';
import type { CompareModel } from './model';
import { PointRequests } from './draw-points';
import { t } from '../shared/l10n';
import type { DecodedPoints } from '../../src/protocol/points';

const GRID_SIDE = 9;
const SAMPLE_COUNT = 45;

interface RunGrid {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly mark: HTMLElement;
  readonly big: HTMLCanvasElement;
  readonly text: HTMLElement;
  points: DecodedPoints | null;
}

/** The same z decoded by each run; if latent dimensions differ, draws from the prior with the same seed. */
export class ComparePoints {
  readonly element: HTMLElement;
  private readonly runGrids = element('div', { class: 'point-grids' });
  private readonly note = element('p', { class: 'quiet' });
  private readonly kind: HTMLElement;
  private readonly axes: readonly Select[];
  private readonly again;
  private readonly round = new PointRequests();
  private readonly request: () => void;
  private byRun = new Map<string, RunGrid>();
  private key = '';

  constructor(private readonly model: CompareModel) {
    const { state } = model;
    const kinds = [
      { value: 'grid', label: t('Grid') },
      { value: 'samples', label: t('Draws of the prior') },
    ] as const;
    const chosen = state.value.points === 'samples' ? 'samples' : 'grid';
    this.kind = radioGroup(t('What is decoded'), kinds, chosen, (points) => this.change({ points }));
    this.axes = (['across', 'up'] as const).map(
      (axis) =>
        new Select(axis === 'across' ? t('Across') : t('Up'), (d) => this.change({ [axis]: Number(d) })),
    );
    this.again = button({
      label: t('Draw Again'),
      onClick: () => this.change({ seed: state.value.seed + 1 }),
    });
    this.element = element(
      'section',
      { class: 'compare-points', 'aria-label': t('Decoded points') },
      element(
        'div',
        { class: 'section-head' },
        element('h2', {}, t('Decoded points')),
        element(
          'div',
          { class: 'switches' },
          this.kind,
          ...this.axes.map((axis) => axis.element),
          this.again,
        ),
      ),
      this.note,
      this.runGrids,
    );
    this.request = whenVisible(this.element, () => this.askAll());
  }

  show(): void {
    const { view, key } = this.model;
    setAttributes(this.element, { hidden: view?.mayOpenModels !== true });
    if (view?.mayOpenModels !== true || key === this.key) return;
    this.request();
  }

  private change(patch: Parameters<typeof this.model.state.update>[0]): void {
    this.model.state.update(patch);
    this.askAll();
  }

  /** Nz if it is the same for all runs, else null. */
  private get latent(): number | null {
    const sizes = new Set(this.model.runs.map(({ latent }) => latent));
    return sizes.size === 1 ? [...sizes][0]! : null;
  }

  private get isGrid(): boolean {
    return this.latent !== null && this.model.state.value.points !== 'samples';
  }

  private points(): ComparedPoints {
    const { across, up, seed } = this.model.state.value;
    if (!this.isGrid) return { count: SAMPLE_COUNT, seed };
    const within = (d: number): number => Math.max(0, Math.min(d, this.latent! - 1));
    return { dimensions: [within(across), within(up)], side: GRID_SIDE };
  }

  private askAll(): void {
    const { runs, client, key } = this.model;
    if (this.key !== key) this.rebuild();
    this.key = key;
    const points = this.points();
    this.showChoices(points);
    this.round.start(
      runs.map(({ uri }) => uri),
      (run) => client.call('decoded', { run, points }),
      (uri, answer) => {
        const grid = this.byRun.get(uri)!;
        grid.points = answer;
        paintMosaic(grid.canvas, answer.pictures, GRID_SIDE);
        this.mark(null);
      },
      (uri, message) => {
        const grid = this.byRun.get(uri)!;
        grid.points = null;
        setText(grid.text, message);
      },
    );
  }

  private showChoices(points: ComparedPoints): void {
    const latent = this.latent;
    setAttributes(this.kind, { hidden: latent === null });
    this.axes.forEach(({ element: node }) =>
      setAttributes(node, { hidden: !this.isGrid || (latent ?? 0) <= 2 }),
    );
    setAttributes(this.again, { hidden: this.isGrid });
    if ('dimensions' in points) {
      const options = Array.from({ length: latent ?? 0 }, (_, d) => ({ value: String(d), label: `z${d}` }));
      points.dimensions.forEach((d, i) => this.axes[i]!.show(options, String(d)));
      const [across, up] = points.dimensions;
      const axes =
        (latent ?? 0) > 2
          ? t('z{0} across and z{1} up, the others at 0', across, up)
          : t('z{0} across and z{1} up', across, up);
      const note = t(
        'The same z for each run: the unit square through the inverse normal distribution function, {0}. What a dimension means differs between runs.',
        axes,
      );
      return setText(this.note, note);
    }
    const same =
      latent === null
        ? t(
            'The latent spaces are of different sizes, so there are no points in common: draws of the prior with the same seed.',
          )
        : t('The same draws from the prior for each run.');
    setText(this.note, t('{0} Seed {1}.', same, points.seed));
  }

  private rebuild(): void {
    const { runs } = this.model;
    const before = this.byRun;
    this.byRun = new Map(runs.map(({ uri }) => [uri, before.get(uri) ?? this.runGrid()]));
    this.runGrids.replaceChildren(
      ...runs.map((run) => {
        const { element: node } = this.byRun.get(run.uri)!;
        setText(node.querySelector('h3')!, this.model.name(run));
        setAttributes(node.querySelector('.mosaic-frame')!, {
          'aria-label': t(
            'Points decoded by {0}. Arrow keys move over them, under all runs at once.',
            this.model.name(run),
          ),
        });
        return node;
      }),
    );
  }

  private runGrid(): RunGrid {
    const canvas = element('canvas', { class: 'picture mosaic' });
    const mark = element('div', { class: 'cell-mark', hidden: true });
    const big = element('canvas', { class: 'picture big', role: 'img', 'aria-label': t('The marked point') });
    const text = element('p', { class: 'quiet' }, t('Opening the model…'));
    const stage = element('div', { class: 'mosaic-frame', tabindex: 0, role: 'img' }, canvas, mark);
    const cell = element('div', { class: 'point-cell' }, big, text);
    const parts = {
      element: element('div', { class: 'point-grid' }, element('h3'), stage, cell),
      canvas,
      mark,
      big,
      text,
    };
    const own: RunGrid = { ...parts, points: null };
    gridCursor(stage, () => ({ columns: GRID_SIDE, count: own.points?.pictures.count ?? 0 }), {
      onCell: (at) => this.mark(at),
      onPick: (at) => this.mark(at),
    });
    return own;
  }

  /** Marks the same cell under each run; null shows the middle cell unmarked. */
  private mark(cell: number | null): void {
    for (const { points, mark, big, text } of this.byRun.values()) {
      if (points === null) continue;
      const { z, pictures } = points;
      const at = Math.min(cell ?? Math.floor(pictures.count / 2), pictures.count - 1);
      const rows = Math.ceil(pictures.count / GRID_SIDE);
      setAttributes(mark, { hidden: cell === null });
      mark.style.left = `${((at % GRID_SIDE) / GRID_SIDE) * 100}%`;
      mark.style.top = `${(Math.floor(at / GRID_SIDE) / rows) * 100}%`;
      mark.style.width = `${100 / GRID_SIDE}%`;
      mark.style.height = `${100 / rows}%`;
      paint(big, pictures, at);
      const latent = z.length / pictures.count;
      setText(text, `|z| ${coordinate(Math.hypot(...z.subarray(at * latent, (at + 1) * latent)))}`);
    }
  }
}
