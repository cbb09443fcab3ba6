import { useLayoutEffect, useMemo } from 'preact/hooks';
import type { DragMode } from '../map/canvas/gestures';
import { axesText } from '../map/data/axes';
import { layoutChoices } from '../map/data/axis-choices';
import { changeChoices } from '../map/data/change-choices';
import { isUmap } from '../map/data/umap-axes';
import { AxisChoices, ColourChoice } from '../map/panels/axis-controls';
import { MapMessages } from '../map/panels/map-messages';
import { MapStage } from '../map/panels/map-stage';
import { MapSwitches } from '../map/panels/map-switches';
import { NothingDrawn } from '../map/panels/nothing-drawn';
import { PointsTable } from '../map/panels/points-table';
import { plotOf } from '../map/plot';
import type { PlotProps } from '../map/plot';
import { useCompact } from '../map/use-compact';
import { count, images } from '../shared/format';
import { t } from '../shared/l10n';
import { Popover } from '../shared/ui/menu';
import { Select } from '../shared/ui/select';
import { Segments } from '../shared/ui/widgets';
import { useWebPage } from './parts';

/** The map of the page, or why it has none. */
export function MapPart() {
  const { map } = useWebPage();
  if (map === null)
    return (
      <p class="quiet hint">
        {t('When this page was made, the images of the run could not be read: it has no map.')}
      </p>
    );
  return <MapOfPage />;
}

function MapOfPage() {
  const { session } = useWebPage();
  const plot = useMemo(() => plotOf(session), [session]);
  const [place, compact] = useCompact();
  useLayoutEffect(() => plot.start(), [plot]);
  const isThere = plot.map.data !== null;
  return (
    <section ref={place} class="map" aria-label={t('Map')}>
      {isThere && <Tools session={session} plot={plot} compact={compact} />}
      <MapMessages session={session} plot={plot} />
      <div class="map-frame">
        {isThere && <MapStage session={session} plot={plot} compact={compact} />}
        <NothingDrawn session={session} plot={plot} />
      </div>
      {isThere && <Foot session={session} plot={plot} />}
      {isThere && session.state.value.mapTable && <PointsTable session={session} plot={plot} />}
    </section>
  );
}

interface ToolsProps extends PlotProps {
  readonly compact: boolean;
}

/** One line of tools: of the panel's, those that need nothing that is not in the page. */
function Tools({ session, plot, compact }: ToolsProps) {
  const { noDecoder } = useWebPage();
  const axes = plot.axes.value;
  const { data } = plot.map;
  if (axes === null || data === null) return null;
  const layouts = layoutChoices(data.set).filter(({ value }) => value !== 'umap' || data.set.layout !== null);
  const modes: { readonly value: DragMode; readonly label: string; readonly title: string }[] = [
    { value: 'move', label: t('Move'), title: t('Dragging moves the map') },
    { value: 'box', label: t('Box'), title: t('Dragging selects a rectangle (or hold Shift)') },
    { value: 'lasso', label: t('Lasso'), title: t('Dragging draws around what is selected') },
    ...(noDecoder.value === '' && axes.drawn.every((axis) => isUmap(axis) || /^(mean|pc):/.test(axis))
      ? [{ value: 'line', label: t('Line'), title: t('Dragging draws a path through latent space') } as const]
      : []),
  ];
  const mode = modes.some(({ value }) => value === plot.mode.value) ? plot.mode.value : 'move';
  useLayoutEffect(() => void (plot.mode.value = mode), [plot, mode]);
  return (
    <div class={compact ? 'map-tools compact' : 'map-tools'} role="toolbar" aria-label={t('Map tools')}>
      <Select
        label={t('Layout')}
        choices={layouts}
        value={axes.layout}
        onChange={(mapLayout) => changeChoices(session, t('layout'), { mapLayout })}
      />
      {axes.layout === 'columns' && !compact && <AxisChoices session={session} plot={plot} />}
      {!compact && <ColourChoice session={session} plot={plot} />}
      {compact ? (
        <Select
          label={t('Dragging')}
          choices={modes}
          value={mode}
          onChange={(chosen) => (plot.mode.value = chosen as DragMode)}
        />
      ) : (
        <Segments
          label={t('Dragging')}
          choices={modes}
          value={mode}
          onChange={(chosen) => (plot.mode.value = chosen)}
        />
      )}
      <More session={session} plot={plot} compact={compact} />
    </div>
  );
}

/** What is drawn beside the points, and the table of what is in view. */
function More({ session, plot, compact }: ToolsProps) {
  const { pictures, noDecoder } = useWebPage();
  return (
    <Popover label={t('More of the map')} button="⋯" class="map-menu">
      {() => (
        <div class="map-form">
          <MapSwitches
            session={session}
            plot={plot}
            compact={compact}
            hasThumbnails={pictures.ids.size > 0}
            hasDecoder={noDecoder.value === ''}
            hasClusters={false}
          />
        </div>
      )}
    </Popover>
  );
}

function Foot({ plot }: PlotProps) {
  const { map } = useWebPage();
  const { drawn } = plot;
  const { count: shown, total } = map!.map;
  return (
    <div class="map-foot">
      <p class="map-axes quiet">{drawn && axesText(drawn.data, drawn, drawn.placed)}</p>
      <div class="map-said quiet" aria-live="polite">
        {plot.said.value}
      </div>
      <div class="map-status">
        <span class="quiet">
          {shown === total
            ? images(shown)
            : t('{0} of {1} images, spread evenly over the dataset', count(shown), count(total))}
        </span>
      </div>
    </div>
  );
}
