import type { Traversals } from '../../src/protocol/engine';
import { element, setAttributes, setText } from '../shared/element';
import { button } from '../shared/toolkit';
import type { KlSource, Ranking } from '../shared/activity';
import type { Edits } from './edits';
import { TraversalRow } from './row';
import type { RowEvents } from './row';
import { t } from '../shared/l10n';

/** Rows shown until the user asks for all. */
const INITIAL_ROWS = 8;

export interface RowsEvents extends RowEvents {
  onAll(): void;
  onDeadOpen(open: boolean): void;
}

/** Traversals and the dimensions that they were requested for. */
export interface ShownTraversals {
  readonly dimensions: readonly number[];
  readonly traversals: Traversals;
}

/** The traversals by descending KL; dead dimensions are greyed and collapsed at the end. */
export class TraversalRows {
  readonly element: HTMLElement;
  private readonly active = element('ul', { class: 'traversals' });
  private readonly dead = element('ul', { class: 'traversals' });
  private readonly summary = element('summary');
  private readonly details: HTMLDetailsElement;
  private readonly all;
  private readonly rows = new Map<number, TraversalRow>();
  private ranking: Ranking = { active: [], dead: [] };
  private everything = false;

  constructor(
    deadOpen: boolean,
    private readonly events: RowsEvents,
  ) {
    this.all = button({ label: t('Show All'), onClick: () => events.onAll() });
    this.details = element('details', { class: 'dead-dimensions', open: deadOpen }, this.summary, this.dead);
    this.details.addEventListener('toggle', () => events.onDeadOpen(this.details.open));
    this.element = element('div', { class: 'traversal-rows' }, this.active, this.all, this.details);
    // Applies an order that changed while a slider was in use.
    this.element.addEventListener('focusout', () => setTimeout(() => this.arrange(), 0));
  }

  /** Returns the dimensions with visible rows, in display order. */
  wanted({ active, dead }: Ranking, everything: boolean): number[] {
    const shown = everything ? active : active.slice(0, INITIAL_ROWS);
    return [...shown, ...(this.details.open ? dead : [])];
  }

  show(ranking: Ranking, everything: boolean): void {
    this.ranking = ranking;
    this.everything = everything;
    const { active, dead } = ranking;
    setAttributes(this.all, { hidden: everything || active.length <= INITIAL_ROWS });
    setText(this.all, t('Show All {0} Active', active.length));
    setAttributes(this.details, { hidden: dead.length === 0 });
    setText(this.summary, dead.length === 1 ? t('1 dead dimension: {0}', dead[0]!) : deadText(dead));
    this.arrange();
  }

  /** Moves all sliders to the point and updates the KL values. */
  place(point: Float32Array, edits: Edits, source: KlSource | null): void {
    const kl = source?.klPerDimension;
    const limit = kl === undefined ? 0 : Math.max(1e-9, ...Array.from(kl, (value) => value || 0));
    const dead = new Set(this.ranking.dead);
    for (const [d, row] of this.rows) {
      const own = kl?.[d];
      row.show({
        kl: own,
        share: own === undefined ? 0 : Math.max(0, own / limit),
        dead: dead.has(d),
        value: point[d]!,
        edited: edits.get(d) !== undefined,
      });
    }
  }

  paint({ dimensions, traversals }: ShownTraversals): void {
    const frames = traversals.values.length / Math.max(1, dimensions.length);
    dimensions.forEach((d, i) => {
      const values = traversals.values.subarray(i * frames, (i + 1) * frames);
      this.rows.get(d)?.paint(traversals.pictures, i * frames, values);
    });
  }

  /** Sorts the rows, unless one of them is in use. */
  private arrange(): void {
    const { active, dead } = this.ranking;
    const shown = this.everything ? active : active.slice(0, INITIAL_ROWS);
    const inUse =
      this.element.contains(document.activeElement) && document.activeElement?.tagName === 'INPUT';
    if (inUse && this.rows.size > 0) return;
    for (const d of [...this.rows.keys()]) {
      if (!shown.includes(d) && !dead.includes(d)) this.rows.delete(d);
    }
    this.fill(this.active, shown);
    this.fill(this.dead, this.details.open ? dead : []);
  }

  private fill(list: HTMLElement, dimensions: readonly number[]): void {
    const rows = dimensions.map((d) => {
      const known = this.rows.get(d) ?? new TraversalRow(d, this.events);
      this.rows.set(d, known);
      return known.element;
    });
    const same = rows.length === list.children.length && rows.every((row, i) => row === list.children[i]);
    if (!same) list.replaceChildren(...rows);
  }
}

function deadText(dead: readonly number[]): string {
  const named = dead.slice(0, 12).join(', ');
  return t('{0} dead dimensions: {1}{2}', dead.length, named, dead.length > 12 ? ', …' : '');
}
