import { useId } from 'preact/hooks';
import '../../shared/ui/safe-text';
import { t } from '../../shared/l10n';
import { OFF_PLANE_IMAGES, hasOffPlane, placeAt, positionOf } from '../look';
import type { PlotProps } from '../plot';

/** How far a position on the map lies off the plane that it shows, towards the images around it; nothing where nothing lies off it. */
export function OffPlane({ session, plot }: PlotProps) {
  const id = useId();
  const { drawn } = plot;
  const { mapOff, mapDecode } = session.state.value;
  if (drawn === null || !mapDecode || !hasOffPlane(drawn)) return null;
  const move = (off: number): void => {
    session.state.update({ mapOff: off });
    const { inspector } = session;
    const at = positionOf(drawn, inspector.place.peek());
    const place = at && placeAt(drawn, at, off);
    if (place === null) return;
    if (inspector.isPinned.peek()) inspector.pin(place);
    else inspector.lookAt(place);
  };
  return (
    <div
      class="map-off"
      title={t(
        'From the plane of the map (0) to the mean of the {0} images nearest on it (1)',
        OFF_PLANE_IMAGES,
      )}
    >
      <label for={id} class="quiet">
        {t('Off the plane')}
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={mapOff}
        onInput={({ currentTarget }) => move(currentTarget.valueAsNumber)}
      />
      <span class="quiet">{mapOff.toFixed(2)}</span>
    </div>
  );
}
