import { useLayoutEffect, useMemo } from 'preact/hooks';
import type { RunSession } from '../shared/run-session';
import { t } from '../shared/l10n';
import { FilterChips } from './panels/filter-chips';
import { MapFoot } from './panels/map-foot';
import { MapMessages } from './panels/map-messages';
import { MapStage } from './panels/map-stage';
import { MapToolbar } from './panels/map-toolbar';
import { NothingDrawn } from './panels/nothing-drawn';
import { PointsTable } from './panels/points-table';
import { plotOf } from './plot';
import { useCompact } from './use-compact';

/** The map of all images: one line of tools, and the map in all the rest. */
export function MapTab({ session }: { readonly session: RunSession }) {
  const plot = useMemo(() => plotOf(session), [session]);
  const [tab, compact] = useCompact();
  useLayoutEffect(() => plot.start(), [plot]);
  const isThere = plot.map.data !== null;
  return (
    <section ref={tab} class="map" aria-label={t('Map')}>
      {isThere && <MapToolbar session={session} plot={plot} compact={compact} />}
      {isThere && <FilterChips session={session} plot={plot} />}
      <MapMessages session={session} plot={plot} />
      <div class="map-frame">
        {isThere && <MapStage session={session} plot={plot} compact={compact} />}
        <NothingDrawn session={session} plot={plot} />
      </div>
      {isThere && <MapFoot session={session} plot={plot} />}
      {isThere && session.state.value.mapTable && <PointsTable session={session} plot={plot} />}
    </section>
  );
}
