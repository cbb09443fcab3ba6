import { count } from '../../shared/format';
import { Button } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import type { MapModel } from '../data/map-model';

/** How far the encoding of all images is, and a way to cancel it; nothing if none is under way. */
export function EncodingProgress({ map }: { readonly map: MapModel }) {
  const job = map.state?.job ?? null;
  if (job === null) return null;
  return (
    <div class="map-job" role="status">
      <progress
        aria-label={t('Images encoded')}
        max={Math.max(1, job.total)}
        value={job.total === 0 ? undefined : job.done}
      />
      <span class="quiet">
        {job.total === 0
          ? t('Reading images…')
          : t('Encoding images {0} / {1}', count(job.done), count(job.total))}
      </span>
      <Button onClick={() => map.cancel()}>{t('Cancel')}</Button>
    </div>
  );
}
