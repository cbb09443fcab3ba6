import { Mount } from '../../shared/ui/mount';
import { t } from '../../shared/l10n';
import type { PlotProps } from '../plot';
import { MapLegend } from './map-legend';

interface MapStageProps extends PlotProps {
  readonly compact: boolean;
}

/** The canvas, and what floats on it. */
export function MapStage({ session, plot, compact }: MapStageProps) {
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
