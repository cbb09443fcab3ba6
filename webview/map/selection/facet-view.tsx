import { computed } from '@preact/signals';
import { useMemo, useState } from 'preact/hooks';
import { count } from '../../shared/format';
import type { RunSession } from '../../shared/run-session';
import { Later } from '../../shared/ui/later';
import { Busy } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import { countClasses, countRange } from '../data/facet-counts';
import { className, facetName } from '../data/facets';
import type { ClassName, FacetColumn } from '../data/facets';
import { toggled } from '../data/filters';
import { mapOf } from '../data/map-model';
import { narrowingOf } from '../data/narrowing';
import type { Narrowing } from '../data/narrowing';
import { Histogram } from './histogram';

/** Classes that are shown before the rest is asked for. */
const FIRST_CLASSES = 12;

interface FacetViewProps {
  readonly session: RunSession;
  readonly column: FacetColumn;
  /** Whether the column's name stands above it. */
  readonly titled?: boolean;
  readonly onRemove?: () => void;
}

/**
 * The classes of a column as bars, or its numbers as a histogram, which filter by it. Counted among the images that the other
 * filters leave, next to the selected of them.
 */
export function FacetView({ session, column, titled = true, onRemove }: FacetViewProps) {
  const { data } = mapOf(session);
  const narrowing = narrowingOf(session);
  if (data === null) return null;
  const facet = narrowing.facet(column);
  const filter = narrowing.filterOf(column);
  const name = facetName(data, column);
  return (
    <div class="facet" role="group" aria-label={name}>
      {(titled || filter !== null) && (
        <div class="facet-head">
          {titled && <h4>{name}</h4>}
          {filter !== null && (
            <button type="button" class="link" onClick={() => narrowing.setFilter(column, null)}>
              {t('Clear')}
            </button>
          )}
          {onRemove && (
            <button type="button" class="chip-remove" aria-label={t('Close {0}', name)} onClick={onRemove}>
              ✕
            </button>
          )}
        </div>
      )}
      {facet === null && (
        <Later>
          <Busy>{t('Reading the column…')}</Busy>
        </Later>
      )}
      {facet?.kind === 'classes' && <ClassBars narrowing={narrowing} column={column} />}
      {facet?.kind === 'numbers' && <NumberFilter narrowing={narrowing} column={column} />}
    </div>
  );
}

interface ColumnProps {
  readonly narrowing: Narrowing;
  readonly column: FacetColumn;
}

function ClassBars({ narrowing, column }: ColumnProps) {
  const [all, setAll] = useState(false);
  const counts = useMemo(
    () =>
      computed(() => {
        const facet = narrowing.facet(column);
        if (facet?.kind !== 'classes') return [];
        return countClasses(facet, narrowing.leftWithout(column), narrowing.selected.value);
      }),
    [narrowing, column],
  ).value;
  const filter = narrowing.filterOf(column);
  const chosen: readonly ClassName[] = filter !== null && 'classes' in filter ? filter.classes : [];
  const names = counts.map(({ name }) => name);
  const sorted = [...counts].sort((a, b) => b.count - a.count);
  const most = Math.max(1, ...counts.map(({ count: number }) => number));
  const shown = all ? sorted : sorted.filter(({ name }, i) => i < FIRST_CLASSES || chosen.includes(name));
  return (
    <>
      <ul class="class-bars">
        {shown.map(({ name, count: number, selected }) => (
          <li key={name ?? ''}>
            <button
              type="button"
              class={chosen.length > 0 && !chosen.includes(name) ? 'class-bar out' : 'class-bar'}
              aria-pressed={chosen.includes(name)}
              onClick={() => narrowing.setFilter(column, toggled(column, names, chosen, name))}
            >
              <span class="class-name">{className(column, name)}</span>
              <span class="class-count">
                {selected > 0 ? t('{0} of {1}', count(selected), count(number)) : count(number)}
              </span>
              <span class="bar" aria-hidden="true">
                <span class="bar-all" style={{ width: `${(100 * number) / most}%` }} />
                <span class="bar-selected" style={{ width: `${(100 * selected) / most}%` }} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {sorted.length > FIRST_CLASSES && (
        <button type="button" class="link" onClick={() => setAll(!all)}>
          {all ? t('Fewer') : t('All {0} classes', count(sorted.length))}
        </button>
      )}
    </>
  );
}

function NumberFilter({ narrowing, column }: ColumnProps) {
  const counts = useMemo(
    () =>
      computed(() => {
        const facet = narrowing.facet(column);
        if (facet?.kind !== 'numbers') return null;
        return countRange(facet.values, narrowing.leftWithout(column), narrowing.selected.value);
      }),
    [narrowing, column],
  ).value;
  const filter = narrowing.filterOf(column);
  if (counts === null) return <p class="quiet">{t('No image has a value here.')}</p>;
  return (
    <Histogram
      counts={counts}
      range={filter !== null && 'range' in filter ? filter.range : null}
      onChange={(range) => narrowing.setFilter(column, range && { column, range })}
    />
  );
}
