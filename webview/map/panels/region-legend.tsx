import { classifierOf } from '../../shared/classifier';
import { percent } from '../../shared/format';
import { css, plainColour } from '../../shared/palette';
import { t } from '../../shared/l10n';
import { fixedText, isLinear } from '../data/axis-explanation';
import type { PlotProps } from '../plot';

/** Classes that are named. */
const MAX_NAMED_CLASSES = 8;

/** Below the map: which class each region's colour is, and which point of latent space a place stands for. */
export function RegionLegend({ session, plot }: PlotProps) {
  const { regions, drawn } = plot;
  const names = classifierOf(session).names.value;
  if (!session.state.value.mapRegions || names === null || drawn === null) return null;
  const axes = [drawn.x, drawn.y] as const;
  if (!isLinear(axes))
    return (
      <p class="quiet">
        {t(
          'There are no decision regions on these axes, because a position on them is not a point of latent space.',
        )}
      </p>
    );
  const colours = regions.colours.value;
  const parts = regions.parts.value;
  return (
    <div class="region-legend">
      {regions.trouble !== '' && <p class="error">{regions.trouble}</p>}
      {regions.trouble === '' && parts.length === 0 && regions.isWorking && (
        <p class="quiet">{t('Decoding and classifying places…')}</p>
      )}
      <ul class="class-legend">
        {parts.slice(0, MAX_NAMED_CLASSES).map(({ k, share }) => (
          <li key={k}>
            <span class="swatch" style={{ background: css(colours[k] ?? plainColour(true)) }} />
            {names[k]} <span class="quiet">{percent(share)}</span>
          </li>
        ))}
      </ul>
      {parts.length > 0 && (
        <p class="quiet">
          {t(
            'Regions: the most probable class of what is decoded at a place, paler where it is less sure. {0}.',
            fixedText(drawn.data.set, ...axes),
          )}
        </p>
      )}
    </div>
  );
}
