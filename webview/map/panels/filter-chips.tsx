import { count } from '../../shared/format';
import '../../shared/ui/safe-text';
import { t } from '../../shared/l10n';
import { filterText } from '../data/filters';
import { setSelection } from '../selection/shown-images';
import type { PlotProps } from '../plot';

/** What narrows the map at present, each with a button that takes it away; nothing if all images are shown. */
export function FilterChips({ session, plot }: PlotProps) {
  const { map, narrowing } = plot;
  const { data } = map;
  const filters = narrowing.filters.value;
  const search = narrowing.search.value.trim();
  const isIsolated = narrowing.isIsolated.value;
  if (data === null || (filters.length === 0 && search === '' && !isIsolated)) return null;
  const left = narrowing.leftCount.value;
  return (
    <div class="map-chips" role="group" aria-label={t('Filters')}>
      {filters.map((filter) => (
        <Chip
          key={filter.column}
          text={filterText(data, filter)}
          onRemove={() => narrowing.setFilter(filter.column, null)}
        />
      ))}
      {search !== '' && (
        <Chip
          text={t('“{0}”', search)}
          onRemove={() => {
            const before = narrowing.search.peek();
            narrowing.type('');
            narrowing.typed(before);
          }}
        />
      )}
      {isIsolated && <Chip text={t('Only some are shown')} onRemove={() => narrowing.showAll()} />}
      {left !== null && (
        <>
          <span class="quiet" role="status">
            {t('{0} of {1} images', count(left), count(data.set.count))}
          </span>
          <button type="button" class="link" disabled={left === 0} onClick={() => setSelection(session)}>
            {t('Select these')}
          </button>
        </>
      )}
    </div>
  );
}

export function Chip({ text, onRemove }: { readonly text: string; readonly onRemove: () => void }) {
  return (
    <span class="chip">
      <span class="chip-text" title={text}>
        {text}
      </span>
      <button type="button" class="chip-remove" aria-label={t('Remove: {0}', text)} onClick={onRemove}>
        ✕
      </button>
    </span>
  );
}
