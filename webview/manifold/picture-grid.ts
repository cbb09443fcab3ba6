import { gridCursor } from '../shared/charts/cursor';
import { element, setAttributes, setText } from '../shared/element';
import { coordinate } from '../shared/format';
import { paint, paintMosaic } from '../shared/pictures';
import { button } from '../shared/toolkit';
import { t } from '../shared/l10n';
import type { DecodedPoints } from '../../src/protocol/points';

/** Maximum number of coordinates listed; the tooltip shows them all. */
const MAX_LISTED = 6;

export interface GridEvents {
  /** Returns the accessible description of the grid and its arrow keys. */
  describe(): string;
  /** Returns the name of a cell, shown before its z: `row 3, column 4`. */
  name(cell: number): string;
  /** Returns the dimensions to list, most informative first. */
  order(): readonly number[];
  /** Called when the hovered or else pinned cell changes or is decoded again; null without such a cell. */
  onChosen?(z: Float32Array | null): void;
  /** Continues from a point with the dimension sliders. */
  onExplore(z: Float32Array): void;
}

/** A mosaic of decoded points, with an enlarged view of the hovered or pinned cell beside it. */
export class PictureGrid {
  readonly element: HTMLElement;
  readonly canvas = element('canvas', { class: 'picture mosaic' });
  readonly board: HTMLElement;
  private readonly mark = element('div', { class: 'cell-mark', hidden: true });
  private readonly picture = element('canvas', { class: 'picture big', role: 'img' });
  private readonly text = element('p', { class: 'quiet cell-text', 'aria-live': 'polite' });
  private readonly explore = button({
    label: t('Explore from Here'),
    title: t('Moves the sliders of the latent dimensions from this point'),
    onClick: () => this.pinned !== null && this.events.onExplore(this.pointOf(this.pinned)),
  });
  private points: DecodedPoints | null = null;
  private columns = 1;
  private hovered: number | null = null;
  private pinned: number | null = null;
  private told: number | null | undefined;

  /** @param beside element below the details of a cell */
  constructor(
    private readonly events: GridEvents,
    beside?: HTMLElement,
  ) {
    this.board = element('div', { class: 'mosaic-frame', tabindex: 0, role: 'img' }, this.canvas, this.mark);
    gridCursor(this.board, () => ({ columns: this.columns, count: this.points?.pictures.count ?? 0 }), {
      onCell: (cell) => {
        this.hovered = cell;
        this.showCell();
      },
      onPick: (cell) => {
        this.pinned = this.pinned === cell ? null : cell;
        this.showCell();
      },
    });
    this.element = element(
      'div',
      { class: 'mosaic-view' },
      this.board,
      element('div', { class: 'cell-view' }, this.picture, this.text, this.explore, beside),
    );
  }

  show(points: DecodedPoints, columns: number): void {
    const { count } = points.pictures;
    this.points = points;
    this.columns = columns;
    if (this.pinned !== null && this.pinned >= count) this.pinned = null;
    paintMosaic(this.canvas, points.pictures, columns);
    this.told = undefined;
    this.showCell();
  }

  private pointOf(cell: number): Float32Array {
    const { z, pictures } = this.points!;
    const latent = z.length / pictures.count;
    return z.slice(cell * latent, (cell + 1) * latent);
  }

  /** Shows the hovered cell, or else the pinned cell, or else the middle cell without a mark. */
  private showCell(): void {
    if (this.points === null) return;
    const { pictures } = this.points;
    const chosen = this.hovered ?? this.pinned;
    const rows = Math.ceil(pictures.count / this.columns);
    const cell = chosen ?? Math.floor(rows / 2) * this.columns + Math.floor(this.columns / 2);
    setAttributes(this.mark, {
      hidden: chosen === null,
      class: chosen === this.pinned ? 'cell-mark pinned' : 'cell-mark',
    });
    const place = {
      left: (cell % this.columns) / this.columns,
      top: Math.floor(cell / this.columns) / rows,
    };
    this.mark.style.left = `${place.left * 100}%`;
    this.mark.style.top = `${place.top * 100}%`;
    this.mark.style.width = `${100 / this.columns}%`;
    this.mark.style.height = `${100 / rows}%`;
    paint(this.picture, pictures, Math.min(cell, pictures.count - 1));
    const z = this.pointOf(Math.min(cell, pictures.count - 1));
    const all = this.events.order();
    const listed = all.slice(0, MAX_LISTED).map((d) => `z${d} ${coordinate(z[d]!)}`);
    const more = all.length > MAX_LISTED ? ', …' : '';
    const text = `${this.events.name(cell)}: ${listed.join(', ')}${more}; |z| ${coordinate(Math.hypot(...z))}`;
    setText(this.text, text);
    setAttributes(this.text, {
      title: Array.from(z, (value, d) => `z${d} ${coordinate(value)}`).join(', '),
    });
    setAttributes(this.picture, { 'aria-label': t('Decoded at {0}', this.events.name(cell)) });
    setAttributes(this.board, { 'aria-label': this.events.describe() });
    this.explore.disabled = this.pinned === null;
    if (chosen === this.told) return;
    this.told = chosen;
    this.events.onChosen?.(chosen === null ? null : z);
  }
}
