import { useLayoutEffect, useMemo } from 'preact/hooks';
import { DEAD_BELOW, activityOf, byFallingKl } from '../shared/activity';
import type { KlSource } from '../shared/activity';
import { ActivityChart } from '../shared/charts/activity-chart';
import { nats } from '../shared/format';
import type { RunSession } from '../shared/run-session';
import { Mount } from '../shared/ui/mount';
import { NotExplorable } from '../shared/ui/not-explorable';
import { Notice } from '../shared/ui/notice';
import { NumberTable } from '../shared/ui/number-table';
import { t } from '../shared/l10n';
import { collapseOf } from './collapse';
import { Explore } from './explore';

/** Each latent dimension: its KL, the pictures along it, and a slider that moves a point along it. */
export function DimensionsTab({ session }: { readonly session: RunSession }) {
  const { run, history, kl } = session;
  if (!session.isExplorable.value) return <NotExplorable />;
  const collapse = collapseOf(activityOf(history.validation), run.latent, run.objective);
  return (
    <section class="dimensions dimensions-view" aria-label={t('Latent dimensions')}>
      {collapse && <Notice kind="warning" title={collapse.title} text={collapse.text} />}
      {kl && <Activity session={session} kl={kl} />}
      <Explore session={session} />
    </section>
  );
}

/** How the latent space is used, as a chart and as a table. */
function Activity({ session, kl }: { readonly session: RunSession; readonly kl: KlSource }) {
  const { history, state } = session;
  const chart = useMemo(() => new ActivityChart(), []);
  const points = activityOf(history.validation);
  useLayoutEffect(() => chart.show(kl, points));
  const { klPerDimension } = kl;
  return (
    <>
      <Mount node={chart.element} />
      <NumberTable
        summary={t('KL per dimension as a table')}
        label={t('KL per dimension')}
        heads={[t('Dimension'), 'KL', t('State')]}
        rows={() =>
          byFallingKl(klPerDimension).map((d) => [
            String(d),
            nats(klPerDimension[d]),
            klPerDimension[d]! >= DEAD_BELOW ? t('active') : t('dead'),
          ])
        }
        open={state.value.klTableOpen}
        onToggle={(klTableOpen) => state.update({ klTableOpen })}
      />
    </>
  );
}
