import { element, setText } from '../../shared/element';
import { count, nats } from '../../shared/format';
import { button } from '../../shared/toolkit';
import { t } from '../../shared/l10n';

/** An image as a table row. */
export interface PointRow {
  readonly id: string;
  readonly label: string;
  readonly split: string;
  /** Values along the axes. */
  readonly x: string;
  readonly y: string;
  /** Null if unknown. */
  readonly elbo: number | null;
}

const PAGE_ROWS = 100;

/** Table alternative of the images in view, filled while open. */
export class PointsTable {
  readonly element: HTMLDetailsElement;
  private readonly body = element('tbody');
  private readonly summary = element('summary', {}, t('Images in view as a table'));
  private readonly more = button({ label: t('Show More'), onClick: () => this.show(this.limit + PAGE_ROWS) });
  private readonly heads: readonly HTMLElement[];
  private limit = PAGE_ROWS;

  /** @param rows returns the images in view, at most `limit` */
  constructor(
    private readonly rows: (limit: number) => readonly PointRow[],
    private readonly choose: (id: string) => void,
  ) {
    this.heads = [t('Image'), t('Label'), t('Split'), 'ELBO', 'x', 'y'].map((name) =>
      element('th', { scope: 'col' }, name),
    );
    const table = element(
      'table',
      { class: 'numbers map-table' },
      element('thead', {}, element('tr', {}, ...this.heads)),
      this.body,
    );
    this.element = element(
      'details',
      { class: 'table-alternative' },
      this.summary,
      element(
        'div',
        { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': t('Images in view') },
        table,
        this.more,
      ),
    );
    this.element.addEventListener('toggle', () => this.update());
  }

  axes(x: string, y: string): void {
    setText(this.heads[4]!, x);
    setText(this.heads[5]!, y);
  }

  /** Updates the table after the images in view have changed. */
  update(): void {
    if (this.element.open) this.show(PAGE_ROWS);
  }

  private show(limit: number): void {
    this.limit = limit;
    const rows = this.rows(limit + 1);
    this.more.hidden = rows.length <= limit;
    this.body.replaceChildren(...rows.slice(0, limit).map((row) => this.row(row)));
    const shown = Math.min(limit, rows.length);
    setText(
      this.summary,
      rows.length > limit
        ? t('Images in view as a table (first {0})', count(shown))
        : t('Images in view as a table ({0})', count(shown)),
    );
  }

  private row({ id, label, split, x, y, elbo }: PointRow): HTMLElement {
    const name = element('button', { type: 'button', class: 'link', title: id }, id);
    name.addEventListener('click', () => this.choose(id));
    const cells = [label, split, nats(elbo), x, y];
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      ...cells.map((text) => element('td', {}, text)),
    );
  }
}
