import { useRef } from 'preact/hooks';
import { count } from '../../shared/format';
import '../../shared/ui/safe-text';
import { t } from '../../shared/l10n';
import type { MapPlot } from '../plot';

/** Searches while a text is typed; the search as a whole is one change to undo. */
export function SearchField({ plot }: { readonly plot: MapPlot }) {
  const { narrowing } = plot;
  const before = useRef(narrowing.search.value);
  const found = narrowing.found.value;
  const end = (): void => {
    narrowing.typed(before.current);
    before.current = narrowing.search.peek();
  };
  return (
    <div class="map-find">
      <input
        type="search"
        class="map-search"
        placeholder={t('Search')}
        aria-label={t('Search names, labels, tags and columns')}
        title={t('Search names, labels, tags and columns')}
        spellcheck={false}
        value={narrowing.search.value}
        onFocus={() => (before.current = narrowing.search.peek())}
        onInput={({ currentTarget }) => narrowing.type(currentTarget.value)}
        onChange={end}
        onBlur={end}
      />
      <span class="quiet" role="status">
        {found === null ? '' : t('{0} found', count(found.reduce((sum, one) => sum + one, 0)))}
      </span>
    </div>
  );
}
