import { count } from '../shared/format';
import type { RunSession } from '../shared/run-session';
import { columnsOf } from '../shared/snapshot-store';
import { useTimeView } from '../shared/use-time-view';
import { Mosaic } from '../shared/ui/picture';
import { Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';

/** Points of latent space, the same at each step, decoded by the snapshot that is shown; nothing for the newest weights. */
export function SnapshotPoints({ session }: { readonly session: RunSession }) {
  const { time, run } = session;
  const view = useTimeView(time);
  if (time.step.value < 0 || view === null) return null;
  const what =
    run.latent <= 2
      ? t('The unit square through the inverse normal distribution function, the same z at each step.')
      : t('{0} draws of the prior, the same z at each step.', count(view.pictures.count));
  return (
    <section class="snapshot-points" aria-label={t('Points at an earlier step')}>
      <div class="section-head">
        <h2>{t('At step {0}', count(view.step))}</h2>
        <div class="switches">
          <Button onClick={() => time.showNewest()}>{t('Back to the Newest')}</Button>
        </div>
      </div>
      <figure class="time-points" data-step={view.step}>
        <Mosaic
          pictures={view.pictures}
          columns={columnsOf(run.latent)}
          alt={t('{0} Decoded at step {1}.', what, count(view.step))}
        />
        <figcaption>{what}</figcaption>
      </figure>
      <p class="quiet">{t('The pictures below are decoded by the newest weights.')}</p>
    </section>
  );
}
