import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { RunSession } from '../shared/run-session';
import { ErrorText } from '../shared/ui/notice';
import { Mount } from '../shared/ui/mount';
import { t } from '../shared/l10n';
import { FilterChips } from './panels/filter-chips';
import { MapFoot } from './panels/map-foot';
import { MapLegend } from './panels/map-legend';
import { MapToolbar } from './panels/map-toolbar';
import { NothingDrawn } from './panels/nothing-drawn';
import { PointsTable } from './panels/points-table';
import { plotOf } from './plot';
import type { MapPlot, PlotProps } from './plot';

/** Below this width the toolbar keeps most of its parts in its menus, and the legend is folded, in px. */
const COMPACT_PX = 640;

/** The map of all images: one line of tools, and the map in all the rest. */
export function MapTab({ session }: { readonly session: RunSession }) {
  const plot = useMemo(() => plotOf(session), [session]);
  const tab = useRef<HTMLElement>(null);
  const [compact, setCompact] = useState(false);
  useLayoutEffect(() => plot.start(), [plot]);
  useLayoutEffect(() => {
    const sizes = new ResizeObserver(([entry]) => setCompact(entry!.contentRect.width < COMPACT_PX));
    sizes.observe(tab.current!);
    return () => sizes.disconnect();
  }, []);
  const isThere = plot.map.data !== null;
  return (
    <section ref={tab} class="map" aria-label={t('Map')}>
      {isThere && <MapToolbar session={session} plot={plot} compact={compact} />}
      {isThere && <FilterChips session={session} plot={plot} />}
      <Messages plot={plot} />
      <div class="map-frame">
        {isThere && <Stage session={session} plot={plot} compact={compact} />}
        <NothingDrawn session={session} plot={plot} />
      </div>
      {isThere && <MapFoot session={session} plot={plot} />}
      {isThere && session.state.value.mapTable && <PointsTable session={session} plot={plot} />}
    </section>
  );
}

/** One line for each source of messages: success of one must not remove what another one said. */
function Messages({ plot }: { readonly plot: MapPlot }) {
  const { map, narrowing } = plot;
  const trouble = map.data === null ? '' : map.trouble;
  return (
    <>
      <ErrorText text={trouble} />
      <ErrorText text={plot.drawingTrouble.value} />
      <ErrorText text={plot.lineTrouble.value} />
      <ErrorText text={plot.missing.value} />
      <ErrorText text={plot.overlays.trouble} />
      <ErrorText text={narrowing.facets.value?.trouble ?? ''} />
    </>
  );
}

interface StageProps extends PlotProps {
  readonly compact: boolean;
}

/** The canvas, and what floats on it. */
function Stage({ session, plot, compact }: StageProps) {
  const { canvas, tip } = plot;
  return (
    <>
      <Mount class="map-canvas" node={canvas.element} />
      <Mount class="map-tip-place" node={tip.element} />
      <div class="map-zoom" role="group" aria-label={t('Zoom')}>
        <ZoomButton label="+" name={t('Zoom in')} act={() => canvas.zoom(1.5)} />
        <ZoomButton label={'\u2212'} name={t('Zoom out')} act={() => canvas.zoom(1 / 1.5)} />
        <ZoomButton label={'\u2922'} name={t('Zoom to all')} act={() => canvas.showAll()} />
      </div>
      <MapLegend session={session} plot={plot} compact={compact} />
      <div class="map-corner quiet">{plot.withoutCard.value ? t('Drawn without a graphics card') : ''}</div>
    </>
  );
}

interface ZoomButtonProps {
  readonly label: string;
  readonly name: string;
  readonly act: () => void;
}

function ZoomButton({ label, name, act }: ZoomButtonProps) {
  return (
    <button type="button" class="map-button" aria-label={name} title={name} onClick={act}>
      {label}
    </button>
  );
}
