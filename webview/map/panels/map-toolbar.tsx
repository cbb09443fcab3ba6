import { Segments } from '../../shared/ui/widgets';
import { Select } from '../../shared/ui/select';
import { UndoButtons } from '../../shared/ui/undo-buttons';
import { t } from '../../shared/l10n';
import type { DragMode } from '../canvas/gestures';
import { layoutChoices } from '../data/axis-choices';
import { changeChoices } from '../data/change-choices';
import type { PlotProps } from '../plot';
import { AxisChoices, ColourChoice } from './axis-controls';
import { FilterPopover } from './filter-popover';
import { MapMenu } from './map-menu';
import { SearchField } from './search-field';
import { UmapSettings } from './umap-settings';

const MODES: readonly { readonly value: DragMode; readonly label: string; readonly title: string }[] = [
  { value: 'move', label: t('Move'), title: t('Dragging moves the map') },
  { value: 'box', label: t('Box'), title: t('Dragging selects a rectangle (or hold Shift)') },
  { value: 'lasso', label: t('Lasso'), title: t('Dragging draws around what is selected') },
  { value: 'line', label: t('Line'), title: t('Dragging draws a path through latent space') },
];

interface MapToolbarProps extends PlotProps {
  /** Whether only the most used parts are on the line, and the rest in its menus. */
  readonly compact: boolean;
}

/** The one line of tools above the map. */
export function MapToolbar({ session, plot, compact }: MapToolbarProps) {
  const { map } = plot;
  const axes = plot.axes.value;
  if (axes === null || map.data === null) return null;
  return (
    <div class={compact ? 'map-tools compact' : 'map-tools'} role="toolbar" aria-label={t('Map tools')}>
      <Select
        label={t('Layout')}
        choices={layoutChoices(map.data.set)}
        value={axes.layout}
        onChange={(mapLayout) => changeChoices(session, t('layout'), { mapLayout })}
      />
      {axes.layout === 'umap' && <UmapSettings map={map} />}
      {axes.layout === 'columns' && !compact && <AxisChoices session={session} plot={plot} />}
      {!compact && <ColourChoice session={session} plot={plot} />}
      {!compact && <SearchField plot={plot} />}
      <FilterPopover session={session} plot={plot} compact={compact} />
      {compact ? (
        <Select
          label={t('Dragging')}
          choices={MODES}
          value={plot.mode.value}
          onChange={(mode) => (plot.mode.value = mode as DragMode)}
        />
      ) : (
        <Segments
          label={t('Dragging')}
          choices={MODES}
          value={plot.mode.value}
          onChange={(mode) => (plot.mode.value = mode)}
        />
      )}
      <UndoButtons changes={session.changes} />
      <MapMenu session={session} plot={plot} compact={compact} />
    </div>
  );
}
