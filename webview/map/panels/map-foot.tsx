import { Button } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import { axesText } from '../data/axes';
import { summaryOf } from '../plot';
import type { PlotProps } from '../plot';
import { ClassifyingProgress } from './classifier-part';
import { EncodingProgress } from './encoding-progress';
import { MapTime } from './map-time';
import { OffPlane } from './off-plane';
import { RegionLegend } from './region-legend';
import { UmapStatus } from './umap-status';

/** Below the map: what its axes are, which images and weights it shows, and what is under way. */
export function MapFoot({ session, plot }: PlotProps) {
  const { map, drawn } = plot;
  const { data } = map;
  if (data === null) return null;
  return (
    <div class="map-foot">
      {plot.axes.value?.layout === 'umap' && <UmapStatus map={map} />}
      <p class="map-axes quiet">{drawn && axesText(drawn.data, drawn, drawn.then ? null : drawn.placed)}</p>
      <MapTime session={session} plot={plot} />
      <div class="map-said quiet" aria-live="polite">
        {plot.said.value}
      </div>
      <ClassifyingProgress session={session} />
      <OffPlane session={session} plot={plot} />
      <div class="map-status">
        {map.state?.job == null ? (
          drawn?.then == null && <span class="quiet">{summaryOf(data)}</span>
        ) : (
          <EncodingProgress map={map} />
        )}
        {map.isStale && map.state?.job == null && map.state != null && (
          <Button title={t('Encodes every image with the newest weights')} onClick={() => map.make()}>
            {t('Update')}
          </Button>
        )}
      </div>
      <RegionLegend session={session} plot={plot} />
    </div>
  );
}
