import { computed } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { count, images } from '../../shared/format';
import type { RunSession } from '../../shared/run-session';
import { Select } from '../../shared/ui/select';
import { Button } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import { defaultMeasure } from '../data/axis-choices';
import { facetChoices } from '../data/facets';
import type { FacetColumn } from '../data/facets';
import { sortImages } from '../data/image-order';
import { mapOf } from '../data/map-model';
import { narrowingOf } from '../data/narrowing';
import { FacetView } from './facet-view';
import { ImageGrid } from './image-grid';
import { OutlierList } from './outlier-list';
import { SelectionActions } from './selection-actions';
import { setSelection, shownImages } from './shown-images';
import type { ShownImages } from './shown-images';
import { TagList } from './tag-list';

/** The selected images, or all that the map shows: as a grid, by their columns, and what can be done with them. */
export function SelectionPane({ session }: { readonly session: RunSession }) {
  const map = mapOf(session);
  useEffect(() => map.use(), [map]);
  const shown = useMemo(() => computed(() => shownImages(session)), [session]).value;
  const { data } = map;
  if (data === null || shown === null)
    return (
      <p class="quiet">
        {t('The images are listed here once the map is made.')}{' '}
        <button type="button" class="link" onClick={() => session.go('map')}>
          {t('Show the map')}
        </button>
      </p>
    );
  return (
    <div class="map-selection">
      <h3 aria-live="polite">{titleOf(shown)}</h3>
      <SortBar session={session} />
      <Grid session={session} shown={shown} />
      {shown.isSelection ? (
        <SelectionActions session={session} />
      ) : (
        <div class="buttons">
          <Button disabled={shown.indices.length === 0} onClick={() => setSelection(session)}>
            {t('Select {0}', images(shown.indices.length))}
          </Button>
        </div>
      )}
      <TagList session={session} />
      <FacetList session={session} />
      <OutlierList session={session} data={data} />
    </div>
  );
}

function titleOf({ indices, isSelection, total }: ShownImages): string {
  if (isSelection) {
    const selected = total === 1 ? t('1 image selected') : t('{0} images selected', count(total));
    return indices.length === total ? selected : t('{0}, {1} shown', selected, count(indices.length));
  }
  return indices.length === total
    ? t('All {0}', images(total))
    : t('{0} of {1} images', count(indices.length), count(total));
}

function SortBar({ session }: { readonly session: RunSession }) {
  const { state } = session;
  const { mapSort, mapSortDown } = state.value;
  const { data, tags } = mapOf(session);
  if (data === null) return null;
  const choices = [{ value: '', label: t('Dataset order') }, ...facetChoices(data, tags.length > 0)];
  return (
    <div class="sort-bar">
      <Select
        label={t('Sort by')}
        choices={choices}
        value={choices.some(({ value }) => value === mapSort) ? mapSort : ''}
        onChange={(value) => state.update({ mapSort: value })}
      />
      <button
        type="button"
        class="map-button"
        aria-label={mapSortDown ? t('Descending') : t('Ascending')}
        title={mapSortDown ? t('Descending') : t('Ascending')}
        onClick={() => state.update({ mapSortDown: !mapSortDown })}
      >
        {mapSortDown ? '↓' : '↑'}
      </button>
    </div>
  );
}

function Grid({ session, shown }: { readonly session: RunSession; readonly shown: ShownImages }) {
  const { mapSort, mapSortDown } = session.state.value;
  const { data } = mapOf(session);
  const facet = mapSort === '' ? null : narrowingOf(session).facet(mapSort as FacetColumn);
  const order = useMemo(() => sortImages(shown.indices, facet, mapSortDown), [shown, facet, mapSortDown]);
  return data && <ImageGrid session={session} data={data} order={order} />;
}

/** The columns that the person looks at, to begin with the label and the bound. */
function FacetList({ session }: { readonly session: RunSession }) {
  const { state } = session;
  const { data, tags } = mapOf(session);
  if (data === null) return null;
  const choices = facetChoices(data, tags.length > 0);
  const kept = state.value.mapFacets.filter((column) => choices.some(({ value }) => value === column));
  const facets = kept.length > 0 ? kept : [choices[0]!.value, defaultMeasure(data.set)];
  const others = choices.filter(({ value }) => !facets.includes(value));
  return (
    <div class="facets">
      {facets.map((column) => (
        <FacetView
          key={column}
          session={session}
          column={column as FacetColumn}
          {...(facets.length > 1 && {
            onRemove: () => state.update({ mapFacets: facets.filter((other) => other !== column) }),
          })}
        />
      ))}
      <Select
        label={t('Add column')}
        choices={[{ value: '', label: '–' }, ...others]}
        value=""
        onChange={(column) => column !== '' && state.update({ mapFacets: [...facets, column] })}
      />
    </div>
  );
}
