import { useState } from 'preact/hooks';
import { Popover } from '../../shared/ui/menu';
import { Select } from '../../shared/ui/select';
import { Button } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import { facetChoices } from '../data/facets';
import type { FacetColumn } from '../data/facets';
import { FacetView } from '../selection/facet-view';
import type { PlotProps } from '../plot';
import { SearchField } from './search-field';

interface FilterPopoverProps extends PlotProps {
  readonly compact: boolean;
}

/** Filters by any column's classes or range, and what shows only some of the images. */
export function FilterPopover({ session, plot, compact }: FilterPopoverProps) {
  const { filters } = plot.narrowing;
  const number = filters.value.length;
  return (
    <Popover
      label={t('Filter')}
      button={number === 0 ? t('Filter') : t('Filter ({0})', number)}
      class="map-filter"
    >
      {() => <Form session={session} plot={plot} compact={compact} />}
    </Popover>
  );
}

function Form({ session, plot, compact }: FilterPopoverProps) {
  const { map, narrowing } = plot;
  const choices = map.data === null ? [] : facetChoices(map.data, map.tags.length > 0);
  const [column, setColumn] = useState(narrowing.filters.value.at(-1)?.column ?? choices[0]?.value ?? '');
  const isSelected = map.selected.length > 0;
  return (
    <div class="map-form">
      {compact && <SearchField plot={plot} />}
      <Select label={t('Column')} choices={choices} value={column} onChange={setColumn} />
      <FacetView key={column} session={session} column={column as FacetColumn} titled={false} />
      <div class="buttons">
        <Button
          title={t('Hides all others until all are shown again')}
          disabled={!isSelected && narrowing.left.value === null}
          onClick={() => {
            narrowing.isolate();
            plot.showIsolated();
          }}
        >
          {isSelected ? t('Show Only the Selection') : t('Show Only These')}
        </Button>
        <Button disabled={narrowing.left.value === null} onClick={() => narrowing.clear()}>
          {t('Clear Filters')}
        </Button>
      </div>
    </div>
  );
}
