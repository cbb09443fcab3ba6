import type { LatentGrid } from '../../src/protocol/latent';
import { gridCursor } from '../shared/charts/cursor';
import { element, setAttributes, setText } from '../shared/element';
import { coordinate, count } from '../shared/format';
import { paint, paintMosaic } from '../shared/pictures';
import { t } from '../shared/l10n';

/** A grid of points decoded between four corners, with the point under the cursor enlarged. */
export class Grid {
  readonly element: HTMLElement;
  readonly canvas = element('canvas', { class: 'picture mosaic' });
  private readonly board: HTMLElement;
  private readonly mark = element('div', { class: 'cell-mark', hidden: true });
  private readonly picture = element('canvas', { class: 'picture point', role: 'img' });
  private readonly text = element('p', { class: 'quiet', 'aria-live': 'polite' });
  private grid: LatentGrid | null = null;
  private names: readonly string[] = [];

  constructor() {
    this.board = element('div', { class: 'mosaic-frame', tabindex: 0, role: 'img' }, this.canvas, this.mark);
    const size = (): { columns: number; count: number } => {
      const side = this.grid?.side ?? 0;
      return { columns: side, count: side * side };
    };
    gridCursor(this.board, size, { onCell: (cell) => this.showCell(cell), onPick: () => undefined });
    this.element = element(
      'div',
      { class: 'grid', hidden: true },
      element('div', { class: 'stage' }, this.picture),
      this.board,
      this.text,
    );
  }

  get shown(): boolean {
    return this.grid !== null;
  }

  show(grid: LatentGrid, names: readonly string[]): void {
    this.grid = grid;
    this.names = names.slice(0, 4);
    paintMosaic(this.canvas, grid.pictures, grid.side);
    this.showCell(null);
  }

  private showCell(cell: number | null): void {
    if (this.grid === null) return;
    const { side, z, pictures, step } = this.grid;
    setAttributes(this.mark, { hidden: cell === null });
    const [a, b, c, d] = this.names;
    const corners = t(
      'Corners: {0} and {1} above, {2} and {3} below. Straight lines between them, step {4}.',
      ...[a!, b!, c!, d!, count(step)],
    );
    const at = cell ?? Math.floor(side / 2) * side + Math.floor(side / 2);
    const [row, column] = [Math.floor(at / side), at % side];
    this.mark.style.left = `${(column / side) * 100}%`;
    this.mark.style.top = `${(row / side) * 100}%`;
    this.mark.style.width = this.mark.style.height = `${100 / side}%`;
    paint(this.picture, pictures, at);
    const latent = z.length / pictures.count;
    const norm = Math.hypot(...z.subarray(at * latent, (at + 1) * latent));
    const place = t('Row {0}, column {1}', row + 1, column + 1);
    setText(this.text, cell === null ? corners : t('{0}: |z| {1}. {2}', place, coordinate(norm), corners));
    setAttributes(this.picture, { 'aria-label': t('Decoded at {0}', place) });
    setAttributes(this.board, {
      'aria-label': t('{0} by {0} decoded points. {1} Arrow keys move over them.', side, corners),
    });
  }
}
