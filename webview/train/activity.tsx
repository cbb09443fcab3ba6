import { useLayoutEffect, useState } from 'preact/hooks';
import { activityOf } from '../shared/activity';
import { ActivityChart } from '../shared/charts/activity-chart';
import type { RunSession } from '../shared/run-session';
import { Mount } from '../shared/ui/mount';
import { t } from '../shared/l10n';

/** How many latent dimensions the model uses, now and over training. */
export function Activity({ session }: { readonly session: RunSession }) {
  const [chart] = useState(() => new ActivityChart());
  const { kl, history, run } = session;
  const { curves } = history;
  useLayoutEffect(() => {
    if (kl !== null) chart.show(kl, activityOf(history.validation));
  }, [chart, kl?.klPerDimension, curves]);
  return (
    <section class="active-dimensions" aria-label={t('Active dimensions')}>
      <div class="section-head">
        <h2>{t('Active dimensions')}</h2>
      </div>
      {kl === null ? (
        <p class="quiet">
          {run.outcome === 'running'
            ? t('They are counted at each validation; there has been none yet.')
            : t('They are counted at each validation; the run ended before the first.')}
        </p>
      ) : (
        <Mount node={chart.element} />
      )}
    </section>
  );
}
