import { count } from '../../shared/format';
import { Checkbox } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import type { PlotData } from '../data/plot-data';
import { isUmap } from '../data/umap-axes';
import type { PlotProps } from '../plot';

/** At an earlier step: which images are where they were, or why all of them stay. Nothing for the newest weights. */
export function MapTime({ session, plot }: PlotProps) {
  const { time, state } = session;
  const { drawn } = plot;
  if (time.step.value < 0 || drawn === null) return null;
  return (
    <div class="map-time">
      <p class="quiet" role="status">
        {plot.moves ? movedText(drawn) : stayText(drawn)}
      </p>
      {plot.moves && (
        <Checkbox
          checked={state.value.timeAlign}
          title={t(
            'Rotates each step about the origin to lie nearest to the map, so that what moves was learnt. The prior is the same in all directions.',
          )}
          onChange={(timeAlign) => state.update({ timeAlign })}
        >
          {t('Align steps')}
        </Checkbox>
      )}
    </div>
  );
}

function movedText({ data: { set }, then }: PlotData): string {
  if (then === null) return '';
  const shown = count(then.x.length);
  const what =
    then.x.length < set.count
      ? t('At step {0}: the {1} of {2} images that are followed.', count(then.step), shown, count(set.count))
      : t('At step {0}: {1} images.', count(then.step), shown);
  const rest = t('Colours and bounds are those of step {0}.', count(set.step));
  const isTooLarge = then.frame.align && !then.aligned;
  return [what, rest, ...(isTooLarge ? [t('There are too many dimensions to align.')] : [])].join(' ');
}

function stayText({ data: { set }, x }: PlotData): string {
  const step = count(set.step);
  return isUmap(x)
    ? t('The points stay: UMAP has laid out only the images of step {0}.', step)
    : t('The points stay: a column is known only for step {0}.', step);
}
