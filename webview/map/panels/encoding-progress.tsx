import { count } from '../../shared/format';
import { t } from '../../shared/l10n';
import type { MapModel } from '../data/map-model';
import { JobProgress } from './job-progress';

/** How far the encoding of all images is, and a way to cancel it; nothing if none is under way. */
export function EncodingProgress({ map }: { readonly map: MapModel }) {
  return (
    <JobProgress
      job={map.state?.job ?? null}
      label={t('Images encoded')}
      text={(done, total) => t('Encoding images {0} / {1}', count(done), count(total))}
      onCancel={() => map.cancel()}
    />
  );
}
